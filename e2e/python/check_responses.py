"""Drives /v1/responses with the official openai package for Python, unchanged. Prints one line per promise kept."""

import sys

from openai import APIStatusError, BadRequestError, NotFoundError, OpenAI, RateLimitError

url, key, poor_key, model = sys.argv[1:5]
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def promise(name: str, kept: bool) -> None:
    if not kept:
        raise SystemExit(f"broken: {name}")
    print(f"kept: {name}")


tools = [
    {
        "type": "function",
        "name": "look",
        "description": "Looks at a place",
        "parameters": {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]},
        "strict": False,
    }
]
question = {
    "role": "user",
    "content": [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "auto"},
    ],
}
request = {
    "model": model,
    "instructions": "Be short",
    "max_output_tokens": 4000,
    "reasoning": {"effort": "low"},
    "tools": tools,
    "input": [question],
}


def is_counted(usage) -> bool:
    return (usage.input_tokens, usage.input_tokens_details.cached_tokens, usage.output_tokens) == (16, 4, 5)


whole = client.responses.create(model=model, input="Hello")
promise("an answer has its text and its model", whole.output_text == "It is a cat" and whole.model == model)
promise("an answer has its usage, and is not stored", is_counted(whole.usage) and whole.store is False)

first = client.responses.create(**request)
kinds = [item.type for item in first.output]
promise("reasoning comes before two calls", kinds == ["reasoning", "function_call", "function_call"])

outputs = [
    {"type": "function_call_output", "call_id": item.call_id, "output": f"a cat at {item.arguments}"}
    for item in first.output
    if item.type == "function_call"
]
second = client.responses.create(**{**request, "input": [question, *first.output, *outputs]})
promise("outputs of tools are answered", second.output_text == "It is a cat")

with client.responses.stream(**request) as stream:
    seen = [event.type for event in stream]
    final = stream.get_final_response()
promise("a streamed response is put together as the whole one", [item.type for item in final.output] == kinds)
promise("its end and its usage are the last event", seen[-1] == "response.completed" and is_counted(final.usage))

wish = {"usage": {"include": True}}
priced = client.responses.create(**request, extra_body=wish)
with client.responses.stream(**request, extra_body=wish) as stream:
    streamed_price = stream.get_final_response()
promise("a usage has its cost when it is asked for", priced.usage.cost > 0 and streamed_price.usage.cost > 0)

deltas = client.responses.create(model=model, input="Hello", stream=True)
text = "".join(event.delta for event in deltas if event.type == "response.output_text.delta")
promise("a text comes in pieces", text == "It is a cat")


def fails(error: type, call) -> APIStatusError:
    try:
        call()
    except error as caught:
        return caught
    raise SystemExit(f"broken: expected {error.__name__}")


def ask(client: OpenAI = client, **changes):
    return lambda: client.responses.create(**{**request, **changes})


promise("to store is refused by name", fails(BadRequestError, ask(store=True)).param == "store")
former = fails(BadRequestError, ask(previous_response_id="resp_1"))
promise("a former response is refused by name", former.param == "previous_response_id")
fails(NotFoundError, ask(model="no-such"))
promise("an unknown model is a NotFoundError", True)
poor = fails(RateLimitError, ask(OpenAI(base_url=f"{url}/v1", api_key=poor_key, max_retries=0)))
promise("no money is a RateLimitError with insufficient_quota", poor.code == "insufficient_quota")
refused = fails(BadRequestError, ask(input="make it fail"))
promise("what the model server refuses is a BadRequestError in its words", "too many pictures" in str(refused))
