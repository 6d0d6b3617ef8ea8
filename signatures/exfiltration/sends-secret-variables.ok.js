if (process.env.DEPLOY_SECRET) console.log("a secret is set");
