// ruleid: hides-behind-escapes
process.\u{65}nv.HOME;
