use super::envoy;
use super::site::{Address, Attempt, Site, Upstream};
use dragoman::dialect::Endpoint;

fn site() -> Site {
    let upstream = |name: &str, url: &str| Upstream::new(name, &Endpoint::parse(url).unwrap());
    Site {
        listen: Address { host: "127.0.0.1".into(), port: 14000 },
        admin: Address { host: "127.0.0.1".into(), port: 19901 },
        trusted_ca: "/etc/ssl/certs/ca-certificates.crt".into(),
        plugin_config: "{\n  \"model_list\": []\n}".into(),
        adapter_config: r#"{"dragoman": {"role": "adapter"}}"#,
        request_limit: 33_554_432,
        exchange_limit: 67_108_864,
        idle_timeout_s: 660,
        access_log: true,
        attempt: Attempt::new(1, "/tmp/w/render-lab/lab.wasm", vec!["OPENAI_API_KEY".into()]),
        upstreams: vec![
            upstream("a", "http://127.0.0.1:14001"),
            upstream("openai", "https://api.openai.com/v1"),
            upstream("ip", "https://[::1]:8443/v1"),
            upstream("named", "http://mock:9001/v1"),
        ],
    }
}

#[test]
fn show() {
    std::fs::write("/tmp/w/render-lab/r/envoy.yaml", envoy::whole(&site()).unwrap()).unwrap();
    let s = site();
    let two = [s.attempt.clone(), Attempt::new(2, "/tmp/w/render-lab/lab.wasm", vec![])];
    std::fs::write(
        "/tmp/w/render-lab/r/b.yaml",
        envoy::bootstrap(&s, "/tmp/w/render-lab/r").unwrap(),
    )
    .unwrap();
    std::fs::write("/tmp/w/render-lab/r/listeners.yaml", envoy::listeners(&s, &two).unwrap())
        .unwrap();
    std::fs::write("/tmp/w/render-lab/r/clusters.yaml", envoy::clusters(&s, &two).unwrap())
        .unwrap();
}
