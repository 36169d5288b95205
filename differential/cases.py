"""The cases that are written here: every parameter of chat completions and every kind of message,
for every provider of a list; combinations; and answers of the usual forms."""

from . import answers, messages, parameters
from .case import Case

HI = [{"role": "user", "content": "hi"}]

# Deployments that every parameter and message is sent to.
TARGETS = {
    "openai": ("openai/gpt-4o", {}),
    "openai-o3": ("openai/o3-mini", {}),
    "openai-gpt5": ("openai/gpt-5", {}),
    "openai-like": ("openai/some-model", {"api_base": "https://own.example/v1"}),
    "azure": ("azure/gpt-4o", {"api_base": "https://mine.openai.azure.com"}),
    "anthropic": ("anthropic/claude-sonnet-4-5", {}),
    "anthropic-opus": ("anthropic/claude-opus-4-6", {}),
    "groq": ("groq/llama-3.3-70b-versatile", {}),
    "mistral": ("mistral/mistral-large-latest", {}),
    "deepseek": ("deepseek/deepseek-chat", {}),
    "xai": ("xai/grok-3", {}),
    "together_ai": ("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", {}),
    "fireworks_ai": ("fireworks_ai/llama-v3p3-70b-instruct", {}),
    "openrouter": ("openrouter/openai/gpt-4o", {}),
    "perplexity": ("perplexity/sonar", {}),
    "cerebras": ("cerebras/llama-3.3-70b", {}),
    "sambanova": ("sambanova/Meta-Llama-3.3-70B-Instruct", {}),
    "databricks": ("databricks/dbrx", {"api_base": "https://w.example/serving-endpoints"}),
    "hosted_vllm": ("hosted_vllm/some-model", {"api_base": "https://own.example/v1"}),
    # In formats of their own, which other people add.
    "gemini": ("gemini/gemini-2.5-pro", {}),
    "vertex_ai": ("vertex_ai/gemini-2.5-pro", {"vertex_project": "p", "vertex_location": "us-central1"}),
    "bedrock": ("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", {"aws_region_name": "us-east-1"}),
    "cohere_chat": ("cohere_chat/command-a-03-2025", {}),
    "ollama_chat": ("ollama_chat/llama3.3", {"api_base": "http://localhost:11434"}),
}

# Names of models that have parts; elsewhere any name will do.
MODELS = {"clarifai": "a.b.c"}

# LiteLLM speaks another format to these, signs in first, or asks a third server for the model.
OTHERWISE = {"bytez", "gigachat", "github_copilot", "huggingface", "ollama", "predibase"}


def cases(providers):
    """`providers` are those whose address, headers and name of the model alone are compared."""
    out = []
    for target, (to, params) in TARGETS.items():
        for group in (parameters.one_by_one(), parameters.combined(), messages.kinds()):
            for name, body in group.items():
                body = {"messages": HI, **body}
                out.append(Case(f"request/{target}/{name}", "request", to, body, params))
    for provider in [name for name in providers if name not in OTHERWISE]:
        to = f"{provider}/{MODELS.get(provider, 'm')}"
        out.append(Case(f"request/address/{provider}", "request", to, {"messages": HI}))
    for name, case in answers.cases().items():
        out.append(Case(f"response/{name}", "response", **case))
    return out
