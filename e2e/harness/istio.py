"""What Istio makes of EnvoyFilters, as far as Dragoman's use them.

Istio itself cannot run here. This does to a small gateway's Envoy configuration what istiod does to
a real one (its package pilot/pkg/networking/core/envoyfilter), and what Istio's agent does to the
plugin's address.
"""

import copy
from typing import Any

HCM = "envoy.filters.network.http_connection_manager"
# Where a Gateway's port 80 ends up.
GATEWAY_PORT = 8080
# At most one of these can stand in a route.
DESTINATIONS = {"cluster", "cluster_header", "weighted_clusters"}


def gateway(route: dict, filters: list[dict], clusters: list[dict]) -> dict:
    """The configuration of an ingress gateway with one route, before any patch."""
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
        },
    }
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
        ".HttpConnectionManager",
        "stat_prefix": "outbound_0.0.0.0_8080",
        "use_remote_address": True,
        "normalize_path": True,
        "route_config": {
            "name": "http.8080",
            "virtual_hosts": [{"name": "*:80", "domains": ["*"], "routes": [route]}],
        },
        "http_filters": [*filters, router],
    }
    return {
        "bootstrap_extensions": [
            {
                "name": "envoy.bootstrap.internal_listener",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3"
                    ".InternalListener",
                    "buffer_size_kb": 64,
                },
            }
        ],
        "stats_config": {"use_all_default_tags": False, "stats_tags": []},
        "static_resources": {
            "listeners": [
                {
                    "name": "0.0.0.0_8080",
                    "address": {
                        "socket_address": {"address": "127.0.0.1", "port_value": GATEWAY_PORT}
                    },
                    "filter_chains": [{"filters": [{"name": HCM, "typed_config": manager}]}],
                }
            ],
            "clusters": clusters,
        },
    }


def apply(envoy: dict, envoy_filter: dict, wasm: str) -> None:
    """Applies an EnvoyFilter to `envoy`, with the plugin at `wasm`."""
    extensions: dict[str, dict] = {}
    for entry in envoy_filter["spec"]["configPatches"]:
        assert entry["match"]["context"] == "GATEWAY"
        target, patch = entry["applyTo"], entry["patch"]
        value = copy.deepcopy(patch["value"])
        if target == "EXTENSION_CONFIG":
            assert patch["operation"] == "ADD", "Istio passes over everything else"
            extensions[value["name"]] = value["typed_config"]
        else:
            _APPLY[target](envoy, entry["match"], patch["operation"], value)
    for extension in extensions.values():
        code = extension["config"]["vm_config"]["code"]
        assert code.pop("remote")["http_uri"]["uri"]
        code["local"] = {"filename": wasm}
    for manager in _managers(envoy):
        for http_filter in manager["http_filters"]:
            if http_filter.pop("config_discovery", None):
                http_filter["typed_config"] = extensions[http_filter["name"]]


def _bootstrap(envoy: dict, _match: dict, operation: str, value: dict) -> None:
    assert operation == "MERGE"
    _merge(envoy, value)


def _listener(envoy: dict, match: dict, operation: str, value: dict) -> None:
    if operation == "ADD":
        envoy["static_resources"]["listeners"].append(value)
        return
    assert operation == "MERGE"
    for listener in _listeners(envoy, match):
        _merge(listener, value)


def _cluster(envoy: dict, _match: dict, operation: str, value: dict) -> None:
    assert operation == "ADD"
    envoy["static_resources"]["clusters"].append(value)


def _network_filter(envoy: dict, match: dict, operation: str, value: dict) -> None:
    assert operation == "MERGE"
    assert match["listener"]["filterChain"]["filter"]["name"] == HCM
    for manager in _managers(envoy, match):
        _merge(manager, value["typed_config"])


def _http_filter(envoy: dict, match: dict, operation: str, value: dict) -> None:
    name = match["listener"]["filterChain"]["filter"]["subFilter"]["name"]
    for manager in _managers(envoy, match):
        filters = manager["http_filters"]
        places = [at for at, http_filter in enumerate(filters) if http_filter["name"] == name]
        for at in places[:1]:
            if operation == "INSERT_BEFORE":
                filters.insert(at, copy.deepcopy(value))
            elif operation == "REPLACE":
                filters[at] = copy.deepcopy(value)
            else:
                assert operation == "MERGE"
                assert "typed_config" in filters[at], "Istio does not merge into what it discovers"
                _merge(filters[at], value)


def _virtual_host(envoy: dict, _match: dict, operation: str, value: dict) -> None:
    assert operation == "MERGE"
    for manager in _managers(envoy, {}):
        for host in manager["route_config"]["virtual_hosts"]:
            _merge(host, value)


def _route(envoy: dict, match: dict, operation: str, value: dict) -> None:
    assert operation == "MERGE"
    name = match["routeConfiguration"]["vhost"]["route"]["name"]
    for manager in _managers(envoy, {}):
        for host in manager["route_config"]["virtual_hosts"]:
            for route in host["routes"]:
                if route.get("name") == name:
                    for other in DESTINATIONS - value["route"].keys():
                        if DESTINATIONS & value["route"].keys():
                            route["route"].pop(other, None)
                    _merge(route, value)


_APPLY = {
    "BOOTSTRAP": _bootstrap,
    "CLUSTER": _cluster,
    "HTTP_FILTER": _http_filter,
    "HTTP_ROUTE": _route,
    "LISTENER": _listener,
    "NETWORK_FILTER": _network_filter,
    "VIRTUAL_HOST": _virtual_host,
}


def _listeners(envoy: dict, match: dict) -> list[dict]:
    """Those that Istio made itself and that the match means; added ones are not patched."""
    port = match.get("listener", {}).get("portNumber", GATEWAY_PORT)
    return [
        listener
        for listener in envoy["static_resources"]["listeners"]
        if listener.get("address", {}).get("socket_address", {}).get("port_value") == port
    ]


def _managers(envoy: dict, match: dict | None = None) -> list[dict]:
    """HTTP connection managers; of all listeners if there is no match."""
    everywhere = envoy["static_resources"]["listeners"]
    listeners = everywhere if match is None else _listeners(envoy, match)
    chains = [chain for listener in listeners for chain in listener["filter_chains"]]
    return [chain["filters"][0]["typed_config"] for chain in chains]


def _merge(into: dict, value: dict) -> None:
    """Protobuf's merge: messages into each other, lists after each other."""
    for name, member in value.items():
        there: Any = into.get(name)
        if isinstance(there, dict) and isinstance(member, dict):
            _merge(there, member)
        elif isinstance(there, list) and isinstance(member, list):
            there.extend(member)
        else:
            into[name] = member
