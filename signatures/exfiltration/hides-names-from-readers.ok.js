with (Math) console.log(floor(2.5));
