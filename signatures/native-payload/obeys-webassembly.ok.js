const one = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
