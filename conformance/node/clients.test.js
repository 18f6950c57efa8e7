// The vendors' libraries, unchanged, against the address in TREADLE_URL. What is answered is written in NodeLibrariesTest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const url = process.env.TREADLE_URL;
const model = process.env.TREADLE_MODEL;
const responses = process.env.TREADLE_RESPONSES === 'true';
const apiKey = process.env.TREADLE_KEY;
const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey, authToken: null, maxRetries: 0 });

const ANSWER = 'Sun in Zürich, rain in 東京 🙂.';
const SAID_FIRST = 'I will look it up.';
const QUESTION = 'What is the weather in Zürich and 東京?';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

const chat = (content, more = {}) => ({ model, messages: [{ role: 'user', content }], ...more });
const message = (content, more = {}) => ({ ...chat(content), max_tokens: 1000, ...more });

test('chat: text, whole and streamed', async () => {
  const whole = await openai.chat.completions.create(chat('Say it'));
  assert.equal(whole.choices[0].message.content, ANSWER);
  assert.equal(whole.choices[0].finish_reason, 'stop');
  assert.ok(whole.usage.total_tokens > 0);

  const stream = openai.chat.completions.stream(chat('Say it', { stream_options: { include_usage: true } }));
  const streamed = await stream.finalChatCompletion();
  assert.equal(streamed.choices[0].message.content, ANSWER);
  assert.equal(streamed.usage.completion_tokens, whole.usage.completion_tokens);
});

test('chat: no chunk without choices where usage was not asked for', async () => {
  for await (const chunk of await openai.chat.completions.create(chat('Say it', { stream: true }))) {
    assert.equal(chunk.choices.length, 1);
  }
});

test('chat: parallel tools, streamed, and their results', async () => {
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters: SCHEMA } }];
  const said = (await openai.chat.completions.stream(chat(QUESTION, { tools })).finalChatCompletion()).choices[0];
  assert.equal(said.finish_reason, 'tool_calls');
  assert.equal(said.message.content, SAID_FIRST);
  const calls = said.message.tool_calls;
  assert.deepEqual(calls.map((it) => JSON.parse(it.function.arguments)), [{ city: 'Zürich' }, { city: '東京' }]);
  const results = calls.map((it) => ({ role: 'tool', tool_call_id: it.id, content: 'sun' }));
  const messages = [{ role: 'user', content: QUESTION }, said.message, ...results];
  const last = await openai.chat.completions.create({ model, messages, tools });
  assert.equal(last.choices[0].message.content, ANSWER);
});

test('chat: structured output', async () => {
  const response_format = { type: 'json_schema', json_schema: { name: 'person', schema: PERSON, strict: true } };
  const got = await openai.chat.completions.parse(chat('Who?', { response_format }));
  assert.deepEqual(got.choices[0].message.parsed ?? JSON.parse(got.choices[0].message.content), { name: 'name', age: 1 });
});

test('chat: errors keep their status', async () => {
  await assert.rejects(openai.chat.completions.create(chat('Fail 400')), (it) => it instanceof OpenAI.BadRequestError);
  await assert.rejects(openai.chat.completions.create(chat('Fail 429')), (it) => it instanceof OpenAI.RateLimitError);
});

test('chat: an error inside a stream is thrown', async () => {
  const stream = await openai.chat.completions.create(chat('Break', { stream: true }));
  await assert.rejects(async () => {
    for await (const chunk of stream) assert.ok(chunk.choices);
  }, OpenAI.APIError);
});

test('chat: a stream can be given up', async () => {
  const stream = await openai.chat.completions.create(chat('Take long', { stream: true }));
  for await (const chunk of stream) {
    assert.ok(chunk.choices);
    break;
  }
});

test('messages: text, whole and streamed', async () => {
  const whole = await anthropic.messages.create(message('Say it'));
  assert.equal(whole.content[0].text, ANSWER);
  assert.equal(whole.stop_reason, 'end_turn');
  assert.ok(whole.usage.output_tokens > 0);

  const streamed = await anthropic.messages.stream(message('Say it')).finalMessage();
  assert.equal(streamed.content[0].text, ANSWER);
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
});

test('messages: parallel tools, streamed, and their results', async () => {
  const tools = [{ name: 'get_weather', input_schema: SCHEMA }];
  const said = await anthropic.messages.stream(message(QUESTION, { tools })).finalMessage();
  assert.equal(said.stop_reason, 'tool_use');
  assert.equal(said.content[0].text, SAID_FIRST);
  const calls = said.content.filter((it) => it.type === 'tool_use');
  assert.deepEqual(calls.map((it) => it.input), [{ city: 'Zürich' }, { city: '東京' }]);
  const results = calls.map((it) => ({ type: 'tool_result', tool_use_id: it.id, content: 'sun' }));
  const messages = [
    { role: 'user', content: QUESTION },
    { role: 'assistant', content: said.content },
    { role: 'user', content: results },
  ];
  const last = await anthropic.messages.create({ model, max_tokens: 1000, messages, tools });
  assert.equal(last.content[0].text, ANSWER);
});

test('messages: structured output', async () => {
  const output_config = { format: { type: 'json_schema', schema: PERSON } };
  const got = await anthropic.messages.create(message('Who?', { output_config }));
  assert.deepEqual(JSON.parse(got.content[0].text), { name: 'name', age: 1 });
});

test('messages: errors keep their status', async () => {
  await assert.rejects(anthropic.messages.create(message('Fail 400')), (it) => it instanceof Anthropic.BadRequestError);
  await assert.rejects(anthropic.messages.create(message('Fail 429')), (it) => it instanceof Anthropic.RateLimitError);
});

test('messages: an error inside a stream is thrown', async () => {
  await assert.rejects(anthropic.messages.stream(message('Break')).finalMessage(), Anthropic.APIError);
});

test('messages: a stream can be given up', async () => {
  const stream = await anthropic.messages.create(message('Take long', { stream: true }));
  for await (const event of stream) {
    assert.ok(event.type);
    break;
  }
});

test('responses: text and calls, streamed', { skip: !responses }, async () => {
  const whole = await openai.responses.create({ model, input: 'Say it' });
  assert.equal(whole.output_text, ANSWER);
  const streamed = await openai.responses.stream({ model, input: 'Say it' }).finalResponse();
  assert.equal(streamed.output_text, ANSWER);
  const tools = [{ type: 'function', name: 'get_weather', parameters: SCHEMA, strict: false }];
  const said = await openai.responses.stream({ model, input: QUESTION, tools }).finalResponse();
  const calls = said.output.filter((it) => it.type === 'function_call');
  assert.deepEqual(calls.map((it) => JSON.parse(it.arguments)), [{ city: 'Zürich' }, { city: '東京' }]);
});
