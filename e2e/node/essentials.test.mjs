// The official OpenAI SDK for Node, in front of the gateway at DRAGOMAN_URL.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: `${process.env.DRAGOMAN_URL}/v1`,
  apiKey: "sk-unused",
  maxRetries: 0,
});
const user = (content) => [{ role: "user", content }];
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      parameters: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
      },
    },
  },
];

for (const model of ["gpt", "claude"]) {
  test(`${model}: a chat is answered`, async () => {
    const answer = await client.chat.completions.create({ model, messages: user("How are you?") });
    assert.match(answer.choices[0].message.content, /You said: How are you\?$/);
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert.equal(answer.usage.prompt_tokens, 3);
  });

  test(`${model}: a stream says the same`, async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: user("How are you?"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.match(text, /You said: How are you\?$/);
    assert.equal(usage.prompt_tokens, 3);
  });

  test(`${model}: a tool goes round`, async () => {
    const messages = user("What is the weather in Paris?");
    const run = client.chat.completions.stream({ model, messages, tools });
    const { message, finish_reason: finish } = (await run.finalChatCompletion()).choices[0];
    assert.equal(finish, "tool_calls");
    const [call] = message.tool_calls;
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Paris" });
    const { role, content, tool_calls } = message;
    messages.push({ role, content, tool_calls });
    messages.push({ role: "tool", tool_call_id: call.id, content: "21 degrees" });
    const answer = await client.chat.completions.create({ model, messages, tools });
    assert.match(answer.choices[0].message.content, /21 degrees/);
  });

  test(`${model}: structured output fits its schema`, async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, inhabitants: { type: "integer" } },
      required: ["name", "inhabitants"],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.create({
      model,
      messages: user("Describe a city"),
      response_format: { type: "json_schema", json_schema: { name: "city", strict: true, schema } },
    });
    const city = JSON.parse(answer.choices[0].message.content);
    assert.equal(typeof city.name, "string");
    assert.ok(Number.isInteger(city.inhabitants));
  });

  test(`${model}: errors are the SDK's own`, async () => {
    const fails = async (status, kind) => {
      const request = { model: `${model}-${status}`, messages: user("hi") };
      await assert.rejects(client.chat.completions.create(request), (error) => {
        assert.ok(error instanceof kind, `${error}`);
        assert.equal(error.status, status);
        assert.equal(error.headers.get("retry-after"), "7");
        return true;
      });
    };
    await fails(400, OpenAI.BadRequestError);
    await fails(401, OpenAI.AuthenticationError);
    await fails(404, OpenAI.NotFoundError);
    await fails(429, OpenAI.RateLimitError);
    await fails(500, OpenAI.InternalServerError);
  });

  test(`${model}: a stream can be cancelled`, async () => {
    const stream = await client.chat.completions.create({
      model: `${model}-slow`,
      messages: user("talk"),
      stream: true,
    });
    let received = 0;
    for await (const chunk of stream) {
      received += chunk.choices[0]?.delta.content ? 1 : 0;
      if (received === 3) break; // which closes the connection
    }
    assert.equal(received, 3);
  });
}

test("models are listed", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes("gpt") && names.includes("claude"));
});
