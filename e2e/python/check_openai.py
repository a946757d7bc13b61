"""Drives /v1 with the official openai package for Python, unchanged. Prints one line per promise kept."""

import sys

from openai import APIStatusError, AuthenticationError, BadRequestError, NotFoundError, OpenAI, RateLimitError

base_url, key, poor_key, model = sys.argv[1:5]
client = OpenAI(base_url=base_url, api_key=key, max_retries=0)
messages = [{"role": "user", "content": "Say hello."}]


def promise(name: str, kept: bool) -> None:
    if not kept:
        raise SystemExit(f"broken: {name}")
    print(f"kept: {name}")


models = [entry.id for entry in client.models.list()]
promise("models are listed", model in models)

answer = client.chat.completions.create(model=model, messages=messages, max_tokens=8)
promise("chat answers with usage", answer.usage is not None and answer.usage.completion_tokens > 0)

stream = client.chat.completions.create(
    model=model, messages=messages, max_tokens=8, stream=True, stream_options={"include_usage": True}
)
chunks = list(stream)
promise("chat streams and ends with usage", chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0)

plain = list(client.chat.completions.create(model=model, messages=messages, max_tokens=8, stream=True))
promise("usage is not sent to those who did not ask", all(chunk.usage is None for chunk in plain))

wish = {"usage": {"include": True}}
priced = client.chat.completions.with_raw_response.create(model=model, messages=messages, max_tokens=8, extra_body=wish)
cost = priced.parse().usage.cost
promise("a usage has its cost when it is asked for", cost > 0 and float(priced.headers["x-candor-cost"]) == cost)
events = list(client.chat.completions.create(model=model, messages=messages, max_tokens=8, stream=True, extra_body=wish))
promise("a stream ends with its cost when it is asked for", [e.usage.cost > 0 for e in events if e.usage] == [True])

completion = client.completions.create(model=model, prompt="Once upon a time", max_tokens=8)
promise("completions answer", completion.usage is not None and completion.usage.prompt_tokens > 0)


def fails(error: type, call) -> APIStatusError:
    try:
        call()
    except error as caught:
        return caught
    raise SystemExit(f"broken: expected {error.__name__}")


def ask(client: OpenAI, **changes):
    return lambda: client.chat.completions.create(**{"model": model, "messages": messages, "max_tokens": 8, **changes})


wrong = OpenAI(base_url=base_url, api_key="sk-wrong", max_retries=0)
promise("a wrong key is an AuthenticationError", fails(AuthenticationError, ask(wrong)).code == "invalid_api_key")
promise("an unknown model is a NotFoundError", fails(NotFoundError, ask(client, model="no-such")).code == "model_not_found")
promise("a malformed body is a BadRequestError", fails(BadRequestError, ask(client, messages="no list")).status_code == 400)
poor = OpenAI(base_url=base_url, api_key=poor_key, max_retries=0)
promise("no money is a RateLimitError with insufficient_quota", fails(RateLimitError, ask(poor)).code == "insufficient_quota")
