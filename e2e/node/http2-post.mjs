// Sends one chat request over HTTP/2, with a trailer after its body, and prints the response as JSON:
//   node http2-post.mjs URL BODY
import http2 from "node:http2";

const [url, body] = process.argv.slice(2);
const session = http2.connect(url);
const stream = session.request(
  { ":method": "POST", ":path": "/v1/chat/completions", "content-type": "application/json" },
  { waitForTrailers: true },
);
stream.on("wantTrailers", () => stream.sendTrailers({ "x-checksum": "none" }));
let status;
let text = "";
stream.setEncoding("utf8");
stream.on("response", (headers) => (status = headers[":status"]));
stream.on("data", (chunk) => (text += chunk));
stream.on("end", () => {
  console.log(JSON.stringify({ status, text }));
  session.close();
});
stream.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
stream.end(body);
