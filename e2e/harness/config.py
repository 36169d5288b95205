"""Shorthand for LiteLLM configurations."""

from pathlib import Path

from .mock import Mock

# What the mocks' answers cost here: numbers whose sums are easily told apart. USD per token.
INPUT_PRICE = 0.000_001
OUTPUT_PRICE = 0.000_1


def deployment(
    group: str, model: str, mock: Mock, model_info: dict | None = None, **params
) -> dict:
    """An entry of `model_list` that `mock` serves; `model` begins with the provider."""
    base = mock.url if model.startswith("anthropic/") else f"{mock.url}/v1"
    entry = {
        "model_name": group,
        "litellm_params": {"model": model, "api_base": base, "api_key": "sk-e2e", **params},
    }
    if model_info:
        entry["model_info"] = model_info
    return entry


def priced(group: str, model: str, mock: Mock, **params) -> dict:
    """The same at the prices above."""
    return deployment(
        group,
        model,
        mock,
        input_cost_per_token=INPUT_PRICE,
        output_cost_per_token=OUTPUT_PRICE,
        **params,
    )


def azure_application(group: str, mock: Mock, client_id: str, **proof) -> dict:
    """Signs in at Azure as an application, whose token endpoint the mock plays, too:
    `AZURE_AUTHORITY_HOST` has to be the mock."""
    return deployment(
        group,
        "azure/gpt-4o",
        mock,
        api_base=mock.url,
        api_key="",
        tenant_id=f"tenant-{group}",
        client_id=client_id,
        **proof,
    )


def by_a_file(group: str, mock: Mock, path: Path) -> dict:
    """The same by the token in a file. What it gets lasts 3 seconds."""
    return azure_application(group, mock, "short-lived", azure_ad_token=f"oidc/file/{path}")
