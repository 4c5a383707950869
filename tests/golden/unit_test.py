#!/usr/bin/env python3
"""That the comparison sees what changes and nothing else, and that our scenarios cover what they should."""
import pathlib
import re
import sys
import tempfile
import unittest

import coverage
import digest
import golden_test
import records
from commands import HERE, ROOT
from compare import Columns, Json, Table, Text, differences

ROWS = """point,partitioner,replication,cut,latency_mean_s,energy_J
0,oracle,0,after a,0.25,1.5
0,oracle,1,after a,0.5,2
0,fixed,0,cloud only,1e-13,3
"""


def rows(text=ROWS, form=Columns):
    return form.of_csv(text)


def found(old, new):
    return list(differences(old, new))


class Tables(unittest.TestCase):
    def test_a_changed_number_is_named_by_row_and_column(self):
        changed = rows(ROWS.replace("0,oracle,1,after a,0.5", "0,oracle,1,after a,0.51"))
        self.assertEqual(found(rows(), changed), ["row 2 (0/oracle/1), latency_mean_s: 0.5 -> 0.51 (+2 %)"])

    def test_a_changed_sign_is_seen(self):
        self.assertEqual(found(rows(), rows(ROWS.replace("after a,0.25,1.5", "after a,0.25,-1.5"))),
                         ["row 1 (0/oracle/0), energy_J: 1.5 -> -1.5 (-200 %)"])

    def test_a_billionth_is_passed_over_and_two_are_not(self):
        self.assertEqual(found(rows(), rows(ROWS.replace("0.5,2", "0.50000000025,2"))), [])  # 5e-10 of it
        self.assertEqual(len(found(rows(), rows(ROWS.replace("0.5,2", "0.500000001,2")))), 1)  # 2e-9 of it

    def test_what_is_below_a_millionth_of_a_millionth_of_the_columns_largest_is_rounding(self):
        # The largest is 0.5, so that 5e-13 is the floor; 1e-13 became 4e-13 and 7e-13.
        self.assertEqual(found(rows(), rows(ROWS.replace("1e-13", "4e-13"))), [])
        self.assertEqual(len(found(rows(), rows(ROWS.replace("1e-13", "7e-13")))), 1)

    def test_a_half_width_is_as_large_as_its_latencies(self):
        text = "latency_max_s,latency_half_width_s\n0.2,{}\n"  # of equal latencies it is 0 but for rounding
        self.assertEqual(found(rows(text.format("3e-17")), rows(text.format("0"))), [])
        self.assertEqual(len(found(rows(text.format("3e-12")), rows(text.format("0")))), 1)

    def test_a_number_for_a_text_and_an_empty_cell_are_seen(self):
        self.assertEqual(found(rows(), rows(ROWS.replace("0.25,1.5", ",1.5"))),
                         ["row 1 (0/oracle/0), latency_mean_s: '0.25' -> nothing"])
        self.assertEqual(len(found(rows(), rows(ROWS.replace("0.25,1.5", "nan,1.5")))), 1)

    def test_another_cut_is_seen(self):
        self.assertEqual(found(rows(), rows(ROWS.replace("cloud only", "after b"))),
                         ["row 3 (0/fixed/0), cut: 'cloud only' -> 'after b'"])

    def test_swapped_columns_are_seen(self):
        lines = [line.split(",") for line in ROWS.splitlines()]
        swapped = "\n".join(",".join([*line[:4], line[5], line[4]]) for line in lines) + "\n"
        self.assertEqual(found(rows(), rows(swapped)),
                         ["the order of the columns: energy_J stands where latency_mean_s stood (number 5)",
                          "the order of the columns: latency_mean_s stands where energy_J stood (number 6)"])
        kept_header = ROWS.splitlines()[0] + "\n" + swapped.split("\n", 1)[1]
        self.assertEqual(len(found(rows(), rows(kept_header))), 6)  # each number is another one

    def test_a_column_that_came_or_went_is_named_once(self):
        lines = ROWS.splitlines()
        self.assertEqual(found(rows(), rows("\n".join(line.rsplit(",", 1)[0] for line in lines))),
                         ["column energy_J is gone"])
        self.assertEqual(found(rows(), rows("\n".join([lines[0] + ",age", *(line + ",1" for line in lines[1:])]))),
                         ["column age is new"])

    def test_a_missing_row_is_named_and_the_others_are_held(self):
        lines = ROWS.splitlines()
        self.assertEqual(found(rows(), rows("\n".join([lines[0], lines[1], lines[3].replace(",3", ",4")]))),
                         ["3 rows -> 2 rows", "row 2 (0/oracle/1) is gone",
                          "row 2 (0/fixed/0), energy_J: 3 -> 4 (+33.3 %)"])

    def test_rows_in_another_order_are_seen(self):
        lines = ROWS.splitlines()
        self.assertGreater(len(found(rows(), rows("\n".join([lines[0], lines[2], lines[1], lines[3]])))), 0)

    def test_json_in_a_cell_is_compared_as_json(self):
        text = 'partitioner,classes\noracle,"[{""class"":""a"",""latency_s"":{}}}]"\n'.replace("{}}}", "%s}")
        self.assertEqual(found(rows(text % "0.25"), rows(text % "0.2500000000000001")), [])
        self.assertEqual(found(rows(text % "0.25"), rows(text % "0.26")),
                         ["row 1 (oracle), classes: [0].latency_s: 0.25 -> 0.26 (+4 %)"])


class Written(unittest.TestCase):
    """What is written can be read back, and stays as it is where nothing changed."""

    def test_a_table_reads_back_by_rows_and_by_columns(self):
        text = 'a,b,c\n1,"x, y",0.1234567890123456\n2,,\n3,"x, y",\n'
        for form in (Table, Columns):
            table = rows(text, form)
            self.assertEqual(found(table, form.parse(table.render(), table)), [], form)

    def test_columns_of_one_value_are_written_once(self):
        self.assertEqual(Columns.of_csv("a,b\n1,x\n1,y\n").render(), "rows,2\na,1\nb,x,y\n")
        for text in ("a,b\n", "a,b\n1,x\n"):
            self.assertEqual(found(rows(text), Columns.parse(rows(text).render(), rows(text))), [], text)

    def test_numbers_are_written_to_more_digits_than_are_compared(self):
        self.assertEqual(rows("a\n0.12345678901234567\n").render(), "rows,1\na,0.123456789012\n")

    def test_cells_that_are_the_same_stay_as_they_are_written(self):
        old = rows(ROWS)
        new = rows(ROWS.replace("0.25,", "0.2500000000001,").replace("0.5,2", "0.75,2"))
        self.assertEqual(new.merged_into(old).render(), old.render().replace("0.25,0.5,1e-13", "0.25,0.75,1e-13"))

    def test_json_that_is_the_same_stays_as_it_is_written(self):
        self.assertEqual(Json({"a": 1.0000000000001}).merged_into(Json({"a": 1.0})).value, {"a": 1.0})


class Jsons(unittest.TestCase):
    OLD = {"plans": [{"cut": "a", "latency_s": 0.2, "next": None}, {"cut": "b", "latency_s": 4e-13, "next": "a"}]}

    def changed(self, plan, **entries):
        plans = [dict(entry) for entry in self.OLD["plans"]]
        plans[plan].update(entries)
        return found(Json(self.OLD), Json({"plans": plans}))

    def test_numbers_are_held_by_the_largest_under_their_key(self):
        self.assertEqual(self.changed(0, latency_s=0.2 * (1 + 1e-10)), [])
        self.assertEqual(self.changed(1, latency_s=5e-13), [])  # 1e-13 apart; 1e-12 x 0.2 is 2e-13
        self.assertEqual(self.changed(0, latency_s=0.21), ["plans[0].latency_s: 0.2 -> 0.21 (+5 %)"])

    def test_texts_nulls_keys_and_lengths_are_held(self):
        self.assertEqual(self.changed(1, cut="c"), ["plans[1].cut: 'b' -> 'c'"])
        self.assertEqual(self.changed(0, next=0), ["plans[0].next: null -> 0"])
        self.assertEqual(self.changed(0, more=1), ["plans[0].more is new"])
        self.assertEqual(found(Json([1, 2]), Json([1])), ["all of it: 2 entries -> 1 entries"])
        self.assertEqual(found(Json({"a": 1, "b": 2}), Json({"b": 2, "a": 1})),
                         ["all of it: its keys stand in another order"])
        self.assertEqual(found(Json({"a": True}), Json({"a": 1})), ["a: true -> 1"])


class Texts(unittest.TestCase):
    OLD = "partitioner  latency  energy\n-----------  -------  ------\noracle       138 ms     1 J\n"

    def test_swapped_columns_of_a_printed_table_are_shown(self):
        new = "partitioner  energy  latency\n-----------  ------  -------\noracle          1 J   138 ms\n"
        lines = found(Text(self.OLD), Text(new))
        self.assertEqual(lines, ["line 1: 'partitioner  latency  energy' -> 'partitioner  energy  latency'",
                                 "line 3: 'oracle       138 ms     1 J' -> 'oracle          1 J   138 ms'",
                                 "1 line differs in blanks and rules alone, the first: line 2"])

    def test_lines_that_wider_columns_moved_are_counted(self):
        wider = self.OLD.replace("latency  ", "latency    ").replace("-------  -", "---------  -")
        new = wider.replace("138 ms", "1138 ms")
        self.assertEqual(found(Text(self.OLD), Text(new)),
                         ["line 3: 'oracle       138 ms     1 J' -> 'oracle       1138 ms     1 J'",
                          "2 lines differ in blanks and rules alone, the first: line 1"])

    def test_lines_that_came_or_went_are_named(self):
        self.assertEqual(found(Text(self.OLD), Text(self.OLD + "kernel: express\n")),
                         ["line 4 is new: 'kernel: express'"])
        self.assertEqual(found(Text(self.OLD), Text("\n".join(self.OLD.splitlines()[:2]))),
                         ["line 3 is gone: 'oracle       138 ms     1 J'"])

    def test_a_digit_is_held(self):
        self.assertEqual(found(Text(self.OLD), Text(self.OLD.replace("138", "139"))),
                         ["line 3: 'oracle       138 ms     1 J' -> 'oracle       139 ms     1 J'"])


class Digests(unittest.TestCase):
    def log(self, count, at=None):
        lines = [f"oracle,{i / 8},{'sent' if i % 2 else 'arrived'},{i}" for i in range(count)]
        if at is not None:
            lines[at] = lines[at].replace(f",{at / 8},", f",{at / 8 + 0.001},")
        return "partitioner,time_s,event,request\n" + "\n".join(lines) + "\n"

    def documents(self, *arguments):
        return digest.log_documents("events", self.log(*arguments), ["partitioner", "event"])

    def test_a_short_log_is_whole_and_a_long_one_is_its_ends_and_sums(self):
        self.assertEqual(len(self.documents(digest.FULL)["events"].rows), digest.FULL)
        long = self.documents(1000)
        self.assertEqual(len(long["events"].rows), 2 * digest.ENDS)
        self.assertEqual(long["events"].rows[-1][0], "1000")
        # The even numbers below 1000 sum up to 249,500, an eighth of which is 31,187.5.
        self.assertEqual(long["events.sums"].rows[0], ["oracle", "arrived", "500", "31187.5", "249500.0"])

    def test_a_change_in_the_middle_is_in_the_sums(self):
        old, new = self.documents(1000), self.documents(1000, 501)
        self.assertEqual(found(old["events"], new["events"]), [])
        self.assertEqual(found(old["events.sums"], new["events.sums"]),
                         ["row 2 (oracle/sent), time_s: 31250 -> 31250.001 (+3.2e-06 %)"])

    def test_a_trace_is_held_to_its_printed_digit(self):
        trace = '{"traceEvents":[{"ph":"M","pid":1,"name":"process_name","args":{"name":"oracle: board"}},' \
                '{"ph":"X","pid":1,"tid":0,"ts":%s,"dur":0,"name":"#0 head"}]}'
        old = digest.trace_documents(trace % "138396.895")
        near, far = (digest.trace_documents(trace % time) for time in ("138396.896", "138396.995"))
        self.assertEqual([found(old[name], near[name]) for name in old], [[], []])
        self.assertTrue(all(found(old[name], far[name]) for name in old))


class Rewriting(unittest.TestCase):
    """The whole way, with a record that puts out what it is told to."""

    class Told(records.Record):
        def produce(self, session, kernel):
            return {"rows": Columns.of_csv(session[kernel]), "run": Text(f"kernel: {kernel}\n")}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(setattr, golden_test, "EXPECTED", golden_test.EXPECTED)
        golden_test.EXPECTED = pathlib.Path(folder.name)
        self.record = self.Told("test/told", records.BOTH)

    def hold(self, reference, express, update=False):
        sys.stdout.flush()
        return golden_test.hold(self.record, {"reference": reference, "express": express}, update)

    def test_what_is_written_is_held_on_both_kernels(self):
        missing = "there is no record of it"
        self.assertEqual(self.hold(ROWS, ROWS), [f"rows: {missing}", f"run: {missing}", f"rows on express: {missing}",
                                                 f"run on express: {missing}"])
        self.assertEqual(self.hold(ROWS, ROWS, update=True), [])
        self.assertEqual(self.hold(ROWS, ROWS), [])
        self.assertEqual(self.hold(ROWS, ROWS.replace("0.25", "0.26")),
                         ["rows on express: row 1 (0/oracle/0), latency_mean_s: 0.25 -> 0.26 (+4 %)"])

    def test_what_another_kernel_gives_is_never_written(self):
        other = ROWS.replace("0.25", "0.26")
        self.assertEqual(len(self.hold(ROWS, other, update=True)), 1)
        self.assertEqual(self.hold(ROWS, ROWS), [])

    def test_what_is_recorded_and_no_longer_put_out_is_named_and_taken_away(self):
        self.hold(ROWS, ROWS, update=True)
        (golden_test.EXPECTED / "test/told/old.txt").write_text("old\n")
        self.assertEqual(self.hold(ROWS, ROWS), ["old.txt is recorded and was not put out"])
        self.hold(ROWS, ROWS, update=True)
        self.assertEqual(self.hold(ROWS, ROWS), [])


class Said(unittest.TestCase):
    def test_of_many_changes_every_document_has_its_first(self):
        lines = [f"run: line {i}" for i in range(1000)] + ["rows: a", "rows: b", "savings on express: c"]
        picked = golden_test.picked(lines)
        self.assertEqual(len(picked), golden_test.MOST_LINES)
        self.assertEqual(picked[-3:], lines[-3:])
        self.assertEqual(picked[:17], lines[:17])
        self.assertEqual(golden_test.picked(lines[:5]), lines[:5])


class Shards(unittest.TestCase):
    def test_each_record_is_in_one_shard(self):
        everything = records.records()
        dealt = [record.name for shard in (1, 2, 3, 4) for record in golden_test.dealt(everything, shard, 4)]
        self.assertEqual(sorted(dealt), sorted(record.name for record in everything))

    def test_names_are_different(self):
        names = [record.name for record in records.records()]
        self.assertEqual(len(names), len(set(names)))


class Coverage(unittest.TestCase):
    scenarios = coverage.scenarios()

    def test_there_are_enough_scenarios_and_each_says_what_it_covers(self):
        self.assertGreaterEqual(len(self.scenarios), 45)
        for name in self.scenarios:
            self.assertRegex((HERE / "scenarios" / f"{name}.yaml").read_text(), r"^# [A-Z]", name)

    def test_every_two_features_occur_together(self):
        missing = {pair for pair, count in coverage.pairs(self.scenarios).items() if count == 0}
        self.assertEqual(missing, coverage.REFUSED)

    def test_everything_else_occurs(self):
        occurring = coverage.occurrences(coverage.singles(), self.scenarios).values()
        self.assertEqual(set(coverage.singles()) - set().union(*occurring), set())

    def test_every_partitioner_is_asked(self):
        self.assertEqual(set(coverage.kinds_of_partitioners()) - coverage.partitioners_used(self.scenarios), set())

    def test_every_shipped_scenario_and_problem_is_recorded(self):
        names = {record.name for record in records.records()}
        shipped = [path for folder in ("scenarios", "scenarios/maps") for path in (ROOT / folder).glob("*.yaml")]
        self.assertEqual({f"shipped/{path.stem}" for path in shipped} - names, set())
        problems = (ROOT / "scenarios" / "problems").glob("*.yaml")
        self.assertEqual({f"shipped_problem/{path.stem}" for path in problems} - names, set())

    def test_every_event_and_end_is_in_a_record(self):
        log = (ROOT / "sim" / "report" / "event_log.cpp").read_text()
        known = set(re.findall(r'return \{"(\w+)", e\.', log)) | set(re.findall(r'\.event = "(\w+)"', log))
        self.assertGreaterEqual(len(known), 20)
        self.assertEqual(known - coverage.events_recorded(), set())
        ends = {("completed", ""), ("late", ""), ("dropped", ""), ("dropped", "replaced"), ("dropped", "server_full"),
                ("failed", "infeasible"), ("failed", "device_off"), ("failed", "battery_empty")}
        self.assertEqual(ends - coverage.ends_recorded(), set())

    def test_every_column_changes_somewhere(self):
        self.assertEqual(coverage.columns_that_never_differ() - {"kernel_used"}, set())


if __name__ == "__main__":
    unittest.main()
