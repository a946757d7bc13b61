"""Drives the endpoints beside chat with the official openai package for Python, unchanged. Prints one line per promise kept."""

import sys

from openai import APIStatusError, BadRequestError, OpenAI, RateLimitError

url, key, poor_key = sys.argv[1:4]
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def promise(name: str, kept: bool) -> None:
    if not kept:
        raise SystemExit(f"broken: {name}")
    print(f"kept: {name}")


def refusal_of(work) -> APIStatusError:
    try:
        work()
    except APIStatusError as error:
        return error
    raise SystemExit("broken: nothing was refused")


order = client.post(
    "/rerank",
    cast_to=object,
    body={"model": "rerank", "query": "Which?", "documents": ["a", "b", "c"], "top_n": 2},
)
places = [result["index"] for result in order["results"]]
promise("documents come best first under the public name", order["model"] == "rerank" and places == [2, 1])

judged = client.moderations.create(model="moderation", input="Hello")
promise("a text is judged under the public name", judged.model == "moderation" and judged.results[0].flagged)

drawn = client.images.generate(model="image", prompt="A dot", n=2)
promise("pictures come as bytes", len(drawn.data) == 2 and bool(drawn.data[0].b64_json))

stream = client.images.generate(model="image", prompt="A dot", stream=True, partial_images=1)
types = [event.type for event in stream]
promise(
    "a streamed picture has its preview and its end",
    types == ["image_generation.partial_image", "image_generation.completed"],
)

with client.audio.speech.with_streaming_response.create(model="speech", voice="alloy", input="Hello") as spoken:
    sound = b"".join(spoken.iter_bytes())
promise("speech comes as sound", len(sound) == 50_003 and sound.startswith(b"ID3"))

poor = OpenAI(base_url=f"{url}/v1", api_key=poor_key, max_retries=0)
unpaid = refusal_of(lambda: poor.images.generate(model="image", prompt="A dot"))
promise("an empty wallet draws nothing", isinstance(unpaid, RateLimitError) and unpaid.code == "insufficient_quota")

refused = refusal_of(lambda: client.images.generate(model="image", prompt="make it fail"))
promise(
    "what the model server refuses is a BadRequestError in its words",
    isinstance(refused, BadRequestError) and refused.param == "prompt" and "too many" in refused.message,
)

elsewhere = refusal_of(
    lambda: client.chat.completions.create(model="image", messages=[{"role": "user", "content": "Hi"}])
)
promise("a model is called at its own endpoint", elsewhere.code == "wrong_endpoint")
