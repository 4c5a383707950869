# Completes edgecut's commands, options and shipped names in bash. All of them are asked of the program, so that what
# is offered is what the program takes.

# The words that `edgecut WORDS... --help` explains: commands and long options.
_edgecut_words() {
  "$1" "${@:2}" --help 2>/dev/null | grep -oE '^  (-., *)?-?-?[a-z][a-z-]*' | grep -oE -- '(--)?[a-z][a-z-]+$'
}

# The first column of what `edgecut list WHAT` prints below its heading.
_edgecut_names() {
  "$1" list "$2" 2>/dev/null | sed -nE 's/^ *([a-z][a-z0-9_]+).*/\1/p' | tail -n +2
}

_edgecut() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} what=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    what=$(_edgecut_words "$program")
  elif [[ $current == -* ]]; then
    local words=("$command")
    [[ $command != describe && $command != import ]] || words+=("${COMP_WORDS[2]}")
    what=$(_edgecut_words "$program" "${words[@]}")
  elif [ "$command" = list ]; then
    what="scenarios networks devices clouds links partitioners metrics keys"
  elif [ "$command" = schema ]; then
    what="scenario device cloud link network workload benchmarks"
  elif [ "$command" = explain ]; then
    what=$("$program" list keys 2>/dev/null | sed -nE 's/^ *([a-z][^ ]*).*/\1/p' | tail -n +2)
  elif [[ $command == describe || $command == import ]] && [ "$COMP_CWORD" -eq 2 ]; then
    what=$(_edgecut_words "$program" "$command" | grep -v '^--')
  elif [ "$command" = describe ] && [ "$COMP_CWORD" -eq 3 ]; then
    what=$(_edgecut_names "$program" "${COMP_WORDS[2]}s")
  fi
  mapfile -t COMPREPLY < <(compgen -W "$what" -- "$current")
}

complete -o default -F _edgecut edgecut
