"""Every wire format, as deployments that a mock serves."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .mock import Mock

# Made up, and checked by nobody here: signatures have test vectors of their own.
AWS = {
    "aws_access_key_id": "AKIAE2EE2EE2EE2EE2E",
    "aws_secret_access_key": "secret-of-aws-5d1c",
    "aws_region_name": "eu-west-1",
}
ORACLE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OCI = {
    "oci_user": "ocid1.user.oc1..user",
    "oci_tenancy": "ocid1.tenancy.oc1..tenancy",
    "oci_fingerprint": "20:3b:97:13:55:1c",
    "oci_key": ORACLE_KEY.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode(),
    "oci_compartment_id": "ocid1.compartment.oc1..compartment",
}
VERTEX = {"vertex_project": "project", "vertex_location": "europe-west4"}


@dataclass(frozen=True)
class Dialect:
    """`model` begins with the provider; `base` is what its address has behind the host."""

    model: str
    base: str = ""
    params: dict = field(default_factory=dict)
    # Mistral counts without being asked and refuses to be asked; the mock counts when asked.
    counts: bool = True
    # Text generation knows no tools.
    tools: bool = True
    # Replicate's streams are at another address; its answers come whole.
    streams: bool = True

    @property
    def signed_with(self) -> str | None:
        """What signs its requests, where no key is sent: a part that stands in one line."""
        if "oci_key" in self.params:
            return self.params["oci_key"].splitlines()[1]
        return self.params.get("aws_secret_access_key")

    def deployment(self, group: str, mock: Mock, settings: str = "", **more) -> dict:
        """An entry of `model_list`; `settings` are the mock's, such as `fault=reset`."""
        suffix = f"?{settings}" if settings else ""
        key = {} if self.signed_with else {"api_key": f"sk-{group}-key"}
        params = {"api_base": f"{mock.url}{self.base}", **key, **self.params, **more}
        return {
            "model_name": group,
            "litellm_params": {"model": f"{self.model}{suffix}", **params},
        }


DIALECTS = {
    "openai": Dialect("openai/gpt-4o", "/v1"),
    "azure": Dialect("azure/gpt-4o"),
    "anthropic": Dialect("anthropic/claude-sonnet-4-5"),
    "gemini": Dialect("gemini/gemini-2.5-flash", "/v1beta"),
    "vertex": Dialect("vertex_ai/gemini-2.5-flash", params=VERTEX),
    "vertex-claude": Dialect("vertex_ai/claude-sonnet-4-5", params=VERTEX),
    "azure-claude": Dialect("azure_ai/claude-sonnet-4-5"),
    "converse": Dialect("bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", params=AWS),
    "invoke": Dialect("bedrock/invoke/anthropic.claude-sonnet-4-5-20250929-v1:0", params=AWS),
    "sagemaker": Dialect("sagemaker_chat/endpoint", params=AWS),
    "sagemaker-tgi": Dialect("sagemaker/tgi-endpoint", params=AWS, tools=False),
    "cohere": Dialect("cohere_chat/command-a-03-2025"),
    "ollama": Dialect("ollama_chat/llama3.2"),
    "replicate": Dialect(
        "replicate/meta/meta-llama-3-8b-instruct", "/v1", tools=False, streams=False
    ),
    "triton": Dialect("triton/ensemble", tools=False),
    "oci": Dialect("oci/meta.llama-3.3-70b-instruct", params=OCI),
    "oci-cohere": Dialect("oci/cohere.command-r-08-2024", params=OCI),
    "mistral": Dialect("mistral/mistral-large-latest", "/v1", counts=False),
}
