const https = require("https");
const { spawnSync } = require("child_process");
const env = { PATH: process.env.PATH, DOCKER_CONFIG: process.env.DOCKER_CONFIG };
https.get("https://files.example.test/tag", () => spawnSync("docker", ["pull", "builder"], { env }));
