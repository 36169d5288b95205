"""TLS before a mock, as a provider has it: an Envoy that ends it, with a certificate of our own."""

import os
from pathlib import Path

import httpx
import trustme
import yaml

from .mock import Mock
from .ports import free_port
from .process import Process
from .wait import until


class Authority:
    """A certificate authority; `ca_file` is what trusts it."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self._folder = folder
        self.ca_file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca_file)

    def issue(self, *names: str) -> Path:
        """Key and certificate chain for these hosts, in one file."""
        path = self._folder / f"{names[0]}.pem"
        self._ca.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(path)
        return path


class TlsFront:
    """Ends TLS on a free port and passes everything on to `mock`. `protocols` are what it offers
    by ALPN, best first."""

    def __init__(
        self, folder: Path, mock: Mock, identity: Path, protocols: tuple[str, ...]
    ) -> None:
        self.port, admin_port = free_port(), free_port()
        config = _config(self.port, admin_port, mock.port, identity, protocols)
        (folder / "front.yaml").write_text(yaml.safe_dump(config))
        command = [os.environ["DRAGOMAN_ENVOY"], "-c", "front.yaml", "--concurrency", "1"]
        command += ["--disable-hot-restart", "-l", "warning"]
        self.process = Process("tls-front", command, folder)
        self._admin = httpx.Client(base_url=f"http://127.0.0.1:{admin_port}", timeout=10)
        until("the TLS front", lambda: self._admin.get("/ready").status_code == 200)

    def url(self, host: str) -> str:
        return f"https://{host}:{self.port}"

    def requests(self, protocol: str) -> int:
        """How many came by `http1` or `http2`."""
        stats = self._admin.get("/stats", params={"filter": f"front.downstream_rq_{protocol}"})
        return int(stats.text.split(": ")[1].split()[0])

    def stop(self) -> None:
        self._admin.close()
        self.process.stop()


def _config(
    port: int, admin_port: int, mock_port: int, identity: Path, protocols: tuple[str, ...]
) -> dict:
    def typed(name: str, **members) -> dict:
        return {"@type": f"type.googleapis.com/{name}", **members}

    def address(port: int) -> dict:
        return {"socket_address": {"address": "127.0.0.1", "port_value": port}}

    filters = "envoy.extensions.filters"
    manager = typed(
        f"{filters}.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="front",
        route_config={
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [
                        {"match": {"prefix": "/"}, "route": {"cluster": "mock", "timeout": "0s"}}
                    ],
                }
            ]
        },
        http_filters=[
            {
                "name": "envoy.filters.http.router",
                "typed_config": typed(f"{filters}.http.router.v3.Router"),
            }
        ],
    )
    file = {"filename": str(identity)}
    tls = typed(
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        common_tls_context={
            "alpn_protocols": list(protocols),
            "tls_certificates": [{"certificate_chain": file, "private_key": file}],
        },
    )
    listener = {
        "name": "front",
        "address": address(port),
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": manager,
                    }
                ],
                "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
            }
        ],
    }
    cluster = {
        "name": "mock",
        "load_assignment": {
            "cluster_name": "mock",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(mock_port)}}]}],
        },
    }
    return {
        "admin": {"address": address(admin_port)},
        "static_resources": {"listeners": [listener], "clusters": [cluster]},
    }
