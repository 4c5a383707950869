#!/usr/bin/env python3
"""Every term of docs/glossary.md is one that the pages, the columns or the code use, and stands in its place."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"


def tables(text):
    """The rows of each table of a page, as lists of cells, without the heads."""
    found = []
    rows = []
    for line in text.splitlines() + [""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found


def words_of(paths):
    return " ".join(path.read_text(errors="replace") for path in paths).lower()


def occurs(term, text):
    """As a word of its own or in the plural, its words also joined as in names of columns and code."""
    spelled = r"[\s_-]+".join(re.escape(word) for word in re.split(r"[\s-]", term.lower()))
    if term.endswith("x"):
        plural = term.lower()[:-2] + "ices"
        return re.search(rf"(?<![a-z])({spelled}|{re.escape(plural)})(?![a-z])", text) is not None
    return re.search(rf"(?<![a-z]){spelled}(s|es)?(?![a-z])", text) is not None


class Glossary(unittest.TestCase):
    def setUp(self):
        self.terms, self.doubles = tables(GLOSSARY.read_text())
        self.docs = words_of(path for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
                             if path != GLOSSARY)
        self.code = words_of(sorted((ROOT / "sim").rglob("*.?pp")))

    def test_terms_are_in_alphabetical_order_and_stand_once(self):
        names = [row[0] for row in self.terms]
        self.assertEqual(names, sorted(set(names)))
        self.assertGreater(len(names), 60)

    def test_every_term_occurs_in_the_pages_or_in_the_code(self):
        unused = [row[0] for row in self.terms if not occurs(row[0], self.docs) and not occurs(row[0], self.code)]
        self.assertEqual(unused, [])

    def test_a_meaning_is_one_short_sentence(self):
        for term, meaning, _ in self.terms:
            with self.subTest(term):
                self.assertRegex(meaning, r"^[A-Z][^.]*\.$")
                self.assertLessEqual(len(meaning.split()), 20)

    def test_files_columns_and_keys_that_a_row_names_are_there(self):
        for row in self.terms:
            for name in re.findall(r"`([^`]+)`", row[2]):
                with self.subTest(f"{row[0]}: {name}"):
                    if name.startswith("sim/"):
                        self.assertTrue((ROOT / name).exists())
                    else:
                        self.assertIn(name.rstrip("*:").lower(), self.docs + self.code)
            for page in re.findall(r"\]\(([^)#]+)", row[2]):
                with self.subTest(f"{row[0]}: {page}"):
                    self.assertTrue((GLOSSARY.parent / page).exists())

    def test_every_row_says_where_its_term_is_used(self):
        self.assertEqual([row[0] for row in self.terms if not re.search(r"`|\]\(", row[2])], [])

    def test_words_with_two_meanings_are_terms_too(self):
        names = {row[0] for row in self.terms}
        self.assertEqual([row[0] for row in self.doubles if row[0] not in names], [])

    def test_a_word_that_nobody_uses_is_noticed(self):
        self.assertFalse(occurs("flibbertigibbet", self.docs + self.code))
        self.assertFalse(occurs("cut", "a shortcut that is cutting"))
        self.assertTrue(occurs("cut vertex", "between two cut vertices"))
        self.assertTrue(occurs("runner-up", "explanation.runner_up"))


if __name__ == "__main__":
    unittest.main()
