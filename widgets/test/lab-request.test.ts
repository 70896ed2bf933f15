import { expect, test, vi } from "vitest";

const makeRequest = vi.hoisted(() => vi.fn<(url: string, init: RequestInit, settings: unknown) => Promise<Response>>());
vi.mock("@jupyterlab/services", () => ({ ServerConnection: { makeRequest } }));

const { Refused, Server } = await import("../src/lab/request.ts");

const settings = { baseUrl: "http://here/user/alice/", wsUrl: "ws://here/user/alice/", token: "secret" };
const server = new Server(settings as never);

async function refused(asked: Promise<unknown>): Promise<InstanceType<typeof Refused>> {
  const error: unknown = await asked.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Refused);
  return error as InstanceType<typeof Refused>;
}

test("questions go below the base address, in the user's session", async () => {
  makeRequest.mockResolvedValue(new Response('{"revision": 3}'));
  expect(await server.put("workspaces/default", { base: "" })).toEqual({ revision: 3 });
  expect(makeRequest).toHaveBeenLastCalledWith(
    "http://here/user/alice/explorer/api/workspaces/default",
    { method: "PUT", body: '{"base":""}' },
    settings,
  );
});

test("no address holds the token", () => {
  expect(server.events).toBe("ws://here/user/alice/explorer/api/events");
  expect(server.address("app/")).toBe("http://here/user/alice/explorer/app/");
});

test("a refusal carries the server's sentence, and where it is meant", async () => {
  const said = { message: "low is above high", path: "/include/0", line: 4, column: 7 };
  makeRequest.mockResolvedValue(new Response(JSON.stringify(said), { status: 400 }));
  expect(await refused(server.get("app"))).toMatchObject({ status: 400, ...said });
});

test("another server's error page is no answer", async () => {
  makeRequest.mockResolvedValue(new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
  expect((await refused(server.get("app"))).message).toBe("502 Bad Gateway");
  makeRequest.mockResolvedValue(new Response("<html>log in</html>"));
  await refused(server.get("app"));
});

test("nobody answers", async () => {
  makeRequest.mockRejectedValue(new TypeError("Failed to fetch"));
  expect(await refused(server.get("app"))).toMatchObject({ status: 0, message: "Failed to fetch" });
});
