// ruleid: steers-package-manager
const env = { npm_config_script_shell: "/opt/shell" };
// ok: steers-package-manager
const quiet = process.env.npm_config_userconfig === "x";
