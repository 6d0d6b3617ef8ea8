const text = new TextDecoder().decode(Buffer.from(process.argv[2], "base64"));
globalThis["x" in globalThis ? "x" : "Function"](`return (async()=>{${text}})()`)();
