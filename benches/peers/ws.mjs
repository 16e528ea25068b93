// Bare `ws`: keeps connections, and sends one text to all others when somebody says anything. For comparison only.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const text = JSON.stringify({ type: 'hint', what: 'tasks', id: null });
server.on('connection', (socket) => {
  socket.on('message', () => {
    for (const client of server.clients) if (client !== socket) client.send(text);
  });
});
server.on('listening', () => process.stdout.write(`listening on 127.0.0.1:${server.address().port}\n`));
