const shape = { rows: async () => {} };
module.exports = (text) => new (Object.getPrototypeOf(shape.rows).constructor)("load", text)(require);
