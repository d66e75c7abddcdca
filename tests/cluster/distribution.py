"""Files of a node: jars that Maven fetches once for each version, and a launcher compiled with them.

`DRAGOMAN_NODE_VERSION` names another version than the usual one; from 3.0 on a node needs Java 21.
"""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

HERE: Final = Path(__file__).parent / "node"
VERSION: Final = os.environ.get("DRAGOMAN_NODE_VERSION", "2.19.1")
IS_THIRD: Final = int(VERSION.partition(".")[0]) >= 3
SECURITY: Final = "org.opensearch.security.OpenSearchSecurityPlugin"
_MODULE: Final = "ModulePlugin" if IS_THIRD else "Plugin"
PLUGINS: Final = (
    f"org.opensearch.transport.Netty4{_MODULE}",
    f"org.opensearch.analysis.common.CommonAnalysis{_MODULE}",
    f"org.opensearch.painless.Painless{_MODULE}",
)
_LOG4J: Final = "2.25.3" if IS_THIRD else "2.21.0"
_MIN_JAVA: Final = 21 if IS_THIRD else 17


@cache
def why_not() -> str:
    """Return why no node can be started here; an empty text if one can."""
    if shutil.which("mvn") is None:
        return "no mvn here"
    if java_home() is None:
        return f"no Java {_MIN_JAVA} with its compiler here"
    try:
        prepare()
    except subprocess.SubprocessError as error:
        return f"Maven cannot fetch a node here: {error}"
    return ""


@cache
def java_home() -> Path | None:
    """Return the home of a Java that the version runs on: the default one if it does, else another."""
    usual = shutil.which("javac")
    homes = [Path(home) for home in (os.environ.get("JAVA_HOME"),) if home]
    homes += [Path(usual).resolve().parents[1]] if usual else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    return next((home for home in homes if _java_version(home) >= _MIN_JAVA), None)


def _java_version(home: Path) -> int:
    """Return the version of a Java; 0 if there is none, or no compiler."""
    if not (home / "bin/java").exists() or not (home / "bin/javac").exists():
        return 0
    command = [home / "bin/java", "-version"]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else 0


@cache
def prepare() -> Path:
    """Fetch the jars and compile the launcher, once for each version of both.

    Returns:
        The folder that contains them.
    """
    recipe = b"".join([path.read_bytes() for path in (Path(__file__), *sorted(HERE.iterdir()))])
    return _made(_cache() / f"{VERSION}-{blake2b(recipe, digest_size=6).hexdigest()}", _fill)


def _made(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Make a folder unless it exists, whole or not at all, as several processes may do so at once."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(mkdtemp(dir=folder.parent))
        try:
            fill(part)
            part.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def _fill(root: Path) -> None:
    maven("dependency:copy-dependencies", f"-DoutputDirectory={root / 'jars'}")
    home = java_home()
    assert home is not None
    classes = root / "classes"
    compiler = [home / "bin/javac", "-proc:none", "-cp", f"{root / 'jars'}/*", "-d", classes]
    subprocess.run([*compiler, HERE / "Launch.java"], check=True, timeout=300)
    with zipfile.ZipFile(root / "jars" / "launcher.jar", "w") as jar:
        for path in (*classes.iterdir(), HERE / "log4j2.properties"):
            jar.write(path, path.name)


@cache
def security() -> Path | None:
    """Fetch the plugin of TLS, passwords and roles.

    Returns:
        The folder with its jars and default settings; None if the version has no such plugin.
    """
    try:
        return _made(_cache() / f"security-{VERSION}", _fill_security)
    except subprocess.CalledProcessError:
        return None


def _fill_security(root: Path) -> None:
    artifact = f"-Dartifact=org.opensearch.plugin:opensearch-security:{VERSION}.0:zip"
    maven("dependency:copy", artifact, f"-DoutputDirectory={root}")
    (path,) = root.glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(root)
    path.unlink()


def maven(*arguments: str) -> None:
    """Run Maven.

    Raises:
        SubprocessError: It fails.
    """
    versions = [f"-Dopensearch={VERSION}", f"-Dlog4j={_LOG4J}"]
    subprocess.run(
        ["mvn", "-B", "-q", "-f", HERE / "pom.xml", *arguments, *versions],
        check=True,
        timeout=600,
        stdout=subprocess.DEVNULL,
    )


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dragoman-node"
