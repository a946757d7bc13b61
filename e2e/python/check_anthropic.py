"""Drives /v1/messages with Anthropic's official package for Python, unchanged. Prints one line per promise kept."""

import sys

from anthropic import Anthropic, APIStatusError, AuthenticationError, BadRequestError, NotFoundError

base_url, key, poor_key, model = sys.argv[1:5]
client = Anthropic(base_url=base_url, api_key=key, max_retries=0)


def promise(name: str, kept: bool) -> None:
    if not kept:
        raise SystemExit(f"broken: {name}")
    print(f"kept: {name}")


tools = [
    {
        "name": "look",
        "description": "Looks at a place",
        "input_schema": {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]},
    }
]
question = {
    "role": "user",
    "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
        {"type": "image", "source": {"type": "url", "url": "https://pictures.example/cat.png"}},
    ],
}
request = {
    "model": model,
    "max_tokens": 4000,
    "system": "Be short",
    "thinking": {"type": "enabled", "budget_tokens": 2000},
    "tools": tools,
    "messages": [question],
}


def is_counted(usage) -> bool:
    counts = (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens, usage.output_tokens)
    return counts == (10, 4, 2, 5)


whole = client.messages.create(model=model, max_tokens=100, messages=[{"role": "user", "content": "Hello"}])
promise(
    "an answer has its text, its model and its usage",
    whole.content[0].text == "It is a cat" and whole.model == model and is_counted(whole.usage),
)

first = client.messages.create(**request)
promise(
    "thinking comes before two calls",
    [block.type for block in first.content] == ["thinking", "tool_use", "tool_use"]
    and first.stop_reason == "tool_use",
)

results = [
    {"type": "tool_result", "tool_use_id": block.id, "content": f"place {block.input['at']}: a cat"}
    for block in first.content
    if block.type == "tool_use"
]
answered = [question, {"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
second = client.messages.create(**{**request, "messages": answered})
promise("results of tools are answered", second.content[-1].text == "It is a cat" and second.stop_reason == "end_turn")

with client.messages.stream(**request) as stream:
    streamed = stream.get_final_message()
promise(
    "a streamed message is put together as the whole one",
    [(block.type, getattr(block, "input", None)) for block in streamed.content]
    == [(block.type, getattr(block, "input", None)) for block in first.content],
)
promise("its usage is known at the end", is_counted(streamed.usage) and streamed.stop_reason == "tool_use")

with client.messages.stream(model=model, max_tokens=100, messages=[{"role": "user", "content": "Hello"}]) as stream:
    promise("a text comes in pieces", "".join(stream.text_stream) == "It is a cat")

wish = {"usage": {"include": True}}
priced = client.messages.create(**request, extra_body=wish)
# The package leaves fields that it does not know out of the message it puts together; its events have them.
with client.messages.stream(**request, extra_body=wish) as stream:
    costs = [event.usage.cost for event in stream if event.type == "message_delta"]
promise(
    "a usage has its cost when it is asked for",
    len(costs) == 1 and costs[0] > 0 and priced.usage.cost > 0 and not hasattr(streamed.usage, "cost"),
)

count = client.messages.count_tokens(model=model, messages=[question])
promise("tokens are counted", count.input_tokens > 0)


def fails(error: type, call) -> APIStatusError:
    try:
        call()
    except error as caught:
        return caught
    raise SystemExit(f"broken: expected {error.__name__}")


def ask(client: Anthropic, **changes):
    return lambda: client.messages.create(**{**request, **changes})


wrong = fails(AuthenticationError, ask(Anthropic(base_url=base_url, api_key="sk-wrong", max_retries=0)))
promise("a wrong key is an AuthenticationError", wrong.body["error"]["type"] == "authentication_error")
fails(NotFoundError, ask(client, model="no-such"))
promise("an unknown model is a NotFoundError", True)
poor = fails(APIStatusError, ask(Anthropic(base_url=base_url, api_key=poor_key, max_retries=2)))
promise("no money is a billing_error", poor.status_code == 402 and poor.body["error"]["type"] == "billing_error")
refused = fails(BadRequestError, ask(client, messages=[{"role": "user", "content": "make it fail"}]))
promise("what the model server refuses is a BadRequestError in its words", "too many pictures" in str(refused))
