"""LangChain, in front of either format."""

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel


@pytest.fixture
def chat(gateway, model, provider) -> ChatOpenAI:
    return ChatOpenAI(
        model=model,
        base_url=f"{gateway.url}/v1",
        api_key="sk-unused",
        max_retries=0,
        # LangChain asks only OpenAI itself for it unless told to.
        stream_usage=True,
    )


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


class City(BaseModel):
    """A city."""

    name: str
    inhabitants: int


def test_invoke(chat, provider):
    answer = chat.invoke("How are you?")
    assert "How are you?" in answer.content and provider.name in answer.content
    assert answer.usage_metadata["input_tokens"] == 3
    assert answer.response_metadata["finish_reason"] == "stop"


def test_stream(chat):
    parts = list(chat.stream("How are you?"))
    assert len(parts) > 3
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    assert whole.content.endswith("You said: How are you?")
    assert whole.usage_metadata["input_tokens"] == 3


@pytest.mark.parametrize("streaming", [False, True])
def test_a_bound_tool_goes_round(chat, streaming):
    bound = chat.bind_tools([get_weather])
    question = HumanMessage("What is the weather in Paris?")
    if streaming:
        parts = list(bound.stream([question]))
        call = parts[0]
        for part in parts[1:]:
            call += part
    else:
        call = bound.invoke([question])
    [asked] = call.tool_calls
    assert asked["name"] == "get_weather" and asked["args"] == {"city": "Paris"}
    result = ToolMessage(get_weather.invoke(asked["args"]), tool_call_id=asked["id"])
    answer = bound.invoke([question, call, result])
    assert "21 degrees in Paris" in answer.content


def test_structured_output(chat):
    assert isinstance(chat.with_structured_output(City).invoke("Describe a city"), City)
