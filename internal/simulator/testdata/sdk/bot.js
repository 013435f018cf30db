'use strict';

// A bot on the official SDK: it hears over the websocket and answers over
// REST. Each thing that it hears becomes a line of JSON on standard output.
// It ends when standard input does.

for (const plugin of [
  'internal-plugin-device', 'plugin-authorization-node', 'plugin-logger', 'plugin-people', 'plugin-rooms',
  'plugin-memberships', 'plugin-messages', 'plugin-attachment-actions',
]) {
  require('@webex/' + plugin);
}
const WebexCore = require('@webex/webex-core').default;

const tell = (what, data) => process.stdout.write(JSON.stringify({what, ...data}) + '\n');
const fail = (error) => {
  tell('failed', {error: String((error && error.stack) || error)});
  process.exit(1);
};
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

const webex = new WebexCore({
  credentials: {access_token: process.env.WEBEX_ACCESS_TOKEN},
  config: {logger: {level: process.env.SDK_LOG || 'silent'}, device: {ephemeral: true}},
});

async function main() {
  await new Promise((resolve) => webex.once('ready', resolve));
  const me = await webex.people.get('me');

  await webex.messages.listen();
  webex.messages.on('created', async (event) => {
    if (event.data.personId === me.id) {
      tell('echo', {id: event.data.id, roomId: event.data.roomId});
      return;
    }
    const answer = await webex.messages.create({roomId: event.data.roomId, parentId: event.data.parentId || event.data.id, text: 'received: ' + event.data.text});
    tell('message', {id: event.data.id, roomId: event.data.roomId, roomType: event.data.roomType, personId: event.data.personId, text: event.data.text, answer: answer.id});
  });
  webex.messages.on('deleted', (event) => tell('deleted', {id: event.data.id}));

  await webex.attachmentActions.listen();
  webex.attachmentActions.on('created', async (event) => {
    const action = await webex.attachmentActions.get(event.data.id);
    await webex.messages.create({roomId: action.roomId, parentId: action.messageId, text: 'pressed: ' + JSON.stringify(action.inputs)});
    tell('action', {id: event.data.id, messageId: event.data.messageId, personId: event.data.personId, inputs: action.inputs});
  });

  await webex.memberships.listen();
  webex.memberships.on('created', (event) => tell('membership', {id: event.data.id, roomId: event.data.roomId, personId: event.data.personId}));
  webex.memberships.on('deleted', (event) => tell('left', {id: event.data.id, personId: event.data.personId}));

  tell('ready', {id: me.id});
  process.stdin.on('end', () => process.exit(0)).resume();
}

main().catch(fail);
