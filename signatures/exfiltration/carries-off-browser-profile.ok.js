const dir = path.join(base, "Google", "Chrome", "User Data");
console.log(fs.existsSync(dir));
