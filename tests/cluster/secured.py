"""A node with TLS, passwords and roles, and certificates that are valid or not."""

import json
import ssl
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from cluster.distribution import SECURITY, security
from cluster.nodes import Node

ADMIN: Final = "admin", "admin"  # the user that the plugin includes
KEY: Final = "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"


class SecuredNode(Node):
    """A node with TLS, passwords and roles."""

    def __init__(self, folder: Path, **settings: str | int) -> None:
        super().__init__(folder, **settings)
        plugin = security()
        assert plugin is not None
        self.jars = (f"{plugin}/*",)
        self.plugins = (SECURITY,)
        config = folder / "config"
        (config / "opensearch-security").mkdir(parents=True)
        for path in (plugin / "config").glob("*.yml"):
            (config / "opensearch-security" / path.name).write_bytes(path.read_bytes())
        (config / "opensearch.yml").write_text(Path(__file__).with_suffix(".yml").read_text())
        self.authority = make_authority(config)
        make_certificate(self.authority, "node", "DNS:localhost,IP:127.0.0.1")

    @property
    def url(self) -> str:
        """Return the address of the node."""
        return f"https://localhost:{self.port}"

    def answers(self) -> bool:
        """Return whether it knows its users already."""
        try:
            self.ask("GET", "/_cluster/health?wait_for_status=yellow")
        except OSError:  # refused, or 503 in its first second
            return False
        return True

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request as the user with all permissions."""
        headers = {
            "content-type": "application/json",
            "authorization": "Basic " + b64encode(":".join(ADMIN).encode()).decode(),
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, headers, method=method)
        context = ssl.create_default_context(cafile=self.authority)
        with urlopen(request, timeout=30, context=context) as answer:
            return json.load(answer)

    def add_user(self, name: str, password: str, role: dict[str, Any]) -> None:
        """Add a user with its own role."""
        self.ask("PUT", f"/_plugins/_security/api/roles/{name}", role)
        user = {"password": password, "opendistro_security_roles": [name]}
        self.ask("PUT", f"/_plugins/_security/api/internalusers/{name}", user)


def make_authority(folder: Path, name: str = "ca") -> Path:
    """Make an authority; return its certificate, whose key is in the same folder."""
    path = folder / f"{name}.pem"
    key = path.with_suffix(".key")
    openssl("req", "-x509", *KEY, "-nodes", "-days", "30", "-subj", f"/CN={name}",
            "-keyout", key, "-out", path)  # fmt: skip
    return path


def make_certificate(authority: Path, name: str, hosts: str, days: int = 30) -> Path:
    """Make a certificate that an authority signs; return it, with its key in the same folder."""
    path = authority.with_name(f"{name}.pem")
    key, request, extra = (path.with_suffix(ending) for ending in (".key", ".csr", ".ext"))
    openssl("req", *KEY, "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    extra.write_text(f"subjectAltName={hosts}\nextendedKeyUsage=serverAuth,clientAuth\n")
    openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority.with_suffix(".key"),
            "-CAcreateserial", "-days", str(days), "-extfile", extra, "-out", path)  # fmt: skip
    return path


def openssl(*arguments: str | Path) -> None:
    """Run openssl."""
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)
