// HTTP/2 without TLS, as meshes speak it: many streams on one connection.

import assert from "node:assert/strict";
import http2 from "node:http2";
import { test } from "node:test";

const STREAMS = 100;

function chat(session, body) {
  return new Promise((resolve, reject) => {
    const request = session.request({
      ":method": "POST",
      ":path": "/v1/chat/completions",
      "content-type": "application/json",
    });
    let status;
    let text = "";
    request.setEncoding("utf8");
    request.on("response", (headers) => (status = headers[":status"]));
    request.on("data", (part) => (text += part));
    request.on("end", () => resolve({ status, text }));
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}

for (const model of ["gpt", "claude"]) {
  test(`${model}: many streams share a connection`, async () => {
    const session = http2.connect(process.env.DRAGOMAN_URL);
    try {
      const ask = (number) =>
        chat(session, {
          model,
          stream: number % 2 === 0,
          messages: [{ role: "user", content: `number ${number}.` }],
        });
      const answers = await Promise.all(Array.from({ length: STREAMS }, (_, number) => ask(number)));
      answers.forEach(({ status, text }, number) => {
        assert.equal(status, 200);
        if (number % 2 === 0) assert.match(text, /data: \[DONE\]\n\n$/);
        assert.ok(text.includes(`${number}.`), text);
      });
    } finally {
      session.close();
    }
  });
}
