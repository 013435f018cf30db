'use strict';

// A bot on webex-node-bot-framework: it hears over the websocket and answers
// over REST. Each thing that it hears becomes a line of JSON on standard output.
// It ends when standard input does.

const Framework = require('webex-node-bot-framework');

const tell = (what, data) => process.stdout.write(JSON.stringify({what, ...data}) + '\n');
const fail = (error) => {
  tell('failed', {error: String((error && error.stack) || error)});
  process.exit(1);
};
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

const card = {
  type: 'AdaptiveCard', version: '1.3', body: [{type: 'TextBlock', text: 'Hello'}],
  actions: [{type: 'Action.Submit', title: 'Again', data: {command: 'codes'}}],
};

const framework = new Framework({token: process.env.WEBEX_ACCESS_TOKEN});
framework.on('initialized', () => tell('ready', {id: framework.person.id, spaces: framework.bots.length}));
framework.on('spawn', (bot, id, addedBy) => tell('spawn', {roomId: bot.room.id, addedBy}));
framework.on('despawn', (bot) => tell('despawn', {roomId: bot.room.id}));
framework.on('memberEnters', (bot, membership) => tell('membership', {roomId: bot.room.id, personId: membership.personId}));
framework.hears(/card/, (bot, trigger) => bot.sendCard(card, 'a card').then(() => tell('message', {id: trigger.message.id})), '', 0);
framework.hears(/codes/, async (bot, trigger) => {
  await bot.reply(trigger.message, 'received: ' + trigger.args.join(' '));
  tell('message', {id: trigger.message.id, roomId: trigger.message.roomId, personId: trigger.person.id});
}, '', 0);
framework.on('attachmentAction', (bot, trigger) => tell('action', {id: trigger.attachmentAction.id, personId: trigger.person.id, inputs: trigger.attachmentAction.inputs}));
framework.start().catch(fail);
process.stdin.on('end', () => framework.stop().then(() => process.exit(0), fail)).resume();
