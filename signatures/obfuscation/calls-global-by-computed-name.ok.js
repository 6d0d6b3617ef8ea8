const text = Buffer.from(process.argv[2], "base64").toString();
globalThis["console"].log(text);
