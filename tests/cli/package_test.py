#!/usr/bin/env python3
"""The installed program, from a Debian package: it finds its own data and pictures, from any folder, without the sources.

The package is unpacked in a folder. With --bare it is installed in a bare Debian root instead, where nothing else of
ours is; that needs root, debootstrap and a minute or two.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from edgecut import PROGRAM, SOURCE, scenario

BUILD = PROGRAM.parent
NOWHERE = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(tempfile.mkdtemp())
        made = run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.top / "package")
        assert made.returncode == 0, made.stdout + made.stderr
        [cls.package] = (cls.top / "package").glob("edgecut_*.deb")
        cls.root = cls.top / "root"
        assert run("dpkg-deb", "-x", cls.package, cls.root).returncode == 0
        cls.work = cls.top / "elsewhere"
        cls.work.mkdir()
        (cls.work / "s.yaml").write_text(scenario(workload="{arrivals: one_at_a_time, requests: 4}"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.top)

    # Of the unpacked package.
    def edgecut(self, *arguments, status=0):
        result = run(self.root / "usr/bin/edgecut", *arguments, cwd=self.work, env=NOWHERE)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout if status == 0 else result.stderr


class Unpacked(Installed):
    def test_data_are_those_beside_the_program(self):
        networks = self.root / "usr/share/edgecut/scenarios/networks"
        shutil.copy(networks / "alexnet.yaml", networks / "only_here.yaml")
        self.addCleanup((networks / "only_here.yaml").unlink)
        self.assertIn("only_here", self.edgecut("list", "networks"))

    def test_a_sweep_is_drawn_and_reported_with_the_installed_analysis(self):
        self.edgecut("sweep", "s.yaml", "-o", "out")
        self.edgecut("plot", "out", "-o", "figures")
        self.assertTrue(list((self.work / "figures").glob("*.png")))
        self.edgecut("report", "out", "-o", "report.html")
        self.assertIn("How long does it take?", (self.work / "report.html").read_text())

    def test_the_installed_pages_are_true_of_the_installed_program(self):
        result = run(sys.executable, SOURCE / "tests/cli/pages_test.py", self.root / "usr/bin/edgecut", "--pages",
                     self.root / "usr/share/doc/edgecut", cwd=self.work, env=NOWHERE)
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])

    def test_a_shipped_scenario_is_run_by_its_name(self):
        checked = self.edgecut("check", "bandwidth_constrained")
        self.assertIn("bandwidth_constrained", checked)
        self.assertIn("bandwidth_constrained", self.edgecut("check", "bandwith_constrained", status=2))

    def test_the_shell_completes_commands_options_and_names(self):
        completion = self.root / "usr/share/bash-completion/completions/edgecut"

        def offered(*words):
            quoted = " ".join(f"'{word}'" for word in words)
            script = (f"source {completion}; COMP_WORDS=({self.root}/usr/bin/edgecut {quoted}); "
                      f"COMP_CWORD={len(words)}; _edgecut; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
            result = run("bash", "-c", script, cwd=self.work, env=NOWHERE)
            self.assertEqual(result.stderr, "")
            return result.stdout.split()

        self.assertEqual(offered("sw"), ["sweep"])
        self.assertEqual(offered("sweep", "s.yaml", "--sh"), ["--shard"])
        self.assertEqual(offered("describe", "n"), ["network"])
        self.assertEqual(offered("describe", "network", "resnet1"), ["resnet101", "resnet18"])
        self.assertEqual(offered("list", "cl"), ["clouds"])


class BareRoot(Installed):
    def test_it_is_installed_and_run_there(self):
        with bare_root(self.top / "bare") as bare:
            shutil.copy(self.package, bare / "tmp" / "edgecut.deb")
            shutil.copy(self.work / "s.yaml", bare / "tmp")
            shutil.copy(SOURCE / "tests/cli/pages_test.py", bare / "tmp")

            def inside(command):
                return run("chroot", bare, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                           "DEBIAN_FRONTEND=noninteractive", "bash", "-euc", command)

            updated = inside("apt-get update")
            if updated.returncode != 0:
                self.skipTest(f"no packages in a bare root: {updated.stderr.strip().splitlines()[-1:]}")
            steps = ["apt-get install -y -qq --no-install-recommends /tmp/edgecut.deb", "cd /tmp",
                     "edgecut run s.yaml", "edgecut sweep s.yaml -o out", "edgecut plot out -o figures",
                     "edgecut report out -o report.html", "ls figures/*.png report.html",
                     "python3 pages_test.py /usr/bin/edgecut --pages /usr/share/doc/edgecut"]
            result = inside("\n".join(steps))
            self.assertEqual(result.returncode, 0, result.stdout[-2000:] + result.stderr[-2000:])
            self.assertIn("report.html", result.stdout)


@contextlib.contextmanager
def bare_root(folder):
    """A minimal Debian, with the package sources of this machine."""
    sources = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)").stdout.split()
    made = run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", folder, *sources[:1])
    if made.returncode != 0:
        raise unittest.SkipTest(f"debootstrap made no bare root: {made.stdout.strip().splitlines()[-1:]}")
    for name in ("sources.list", "sources.list.d", "apt.conf.d"):
        there, here = folder / "etc/apt" / name, pathlib.Path("/etc/apt") / name
        if here.is_dir():
            shutil.copytree(here, there, dirs_exist_ok=True)
        elif here.exists():
            shutil.copy(here, there)
    for name in ("hosts", "resolv.conf"):
        shutil.copy(pathlib.Path("/etc", name).resolve(), folder / "etc" / name)
    run("mount", "-t", "proc", "proc", folder / "proc")
    try:
        yield folder
    finally:
        run("umount", "-l", folder / "proc")


if __name__ == "__main__":
    bare = "--bare" in sys.argv
    if bare and not (shutil.which("debootstrap") and os.geteuid() == 0):
        print("skipped: a bare root needs debootstrap, and root to make it")
        sys.exit(77)
    program = unittest.main(argv=sys.argv[:1], defaultTest="BareRoot" if bare else "Unpacked", exit=False)
    for _, reason in program.result.skipped:
        print(f"skipped: {reason}")
    sys.exit(77 if program.result.skipped else not program.result.wasSuccessful())
