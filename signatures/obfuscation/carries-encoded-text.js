// ruleid: carries-encoded-text
const blob = "X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+lrhrJz/zT84Z1rgE7/Wj9XR62k6qIvHUnAHlLdt4dbS9RzXjomXhbu4D9ZcYubXQMBnAfYtsUfkNo6Zm7sE6s1TgdAhWK+24tgzgXB3s/jrRa3IjCWfeAfZAt+Rym0n85LInd31N0fxhxviE9IZB0CtNEh0/0yjLCLVTH8rNq/iu8tEn3je5QrqtBhReVLDGGaHyIyey67z77Hj1Vkr+Od5/bAEXdujbfNMwtUF0/Xb30CFrYSOHpf/PuB5vCRloN5Ammb5CyKjkb7u0UBcmUX6GsixWoYn3YlptpJCBskUSxiQjLN0iF3EpTfuzEKygAKDfasi2a2ltkO8G/e+2SjGVgeJ9587QD/HOULIEfnpWfHaxy666vl7wP3wwF7tbdKRNwVNkIEqA/o";
// ruleid: carries-encoded-text
const codes = [40,77,114,61,98,45,82,119,66,103,50,87,124,71,108,55,92,129,76,113,60,97,44,81,118,65,102,49,86,123,70,107,54,91,128,75,112,59,96,43,80,117,64,101,48,85,122,69,106,53,90,127,74,111,58,95,42,79,116,63,100,47,84,121,68,105,52,89,126,73,110,57,94,41,78,115,62,99,46,83,120,67,104,51,88,125,72,109,56,93,40,77,114,61,98,45,82,119,66,103,50,87,124,71,108,55,92,129,76,113,60,97,44,81,118,65,102,49,86,123,70,107,54,91,128,75,112,59,96,43,80,117,64,101,48,85,122,69,106,53,90,127,74,111,58,95,42,79,116,63,100,47,84,121,68,105,52,89,126,73,110,57,94,41,78,115,62,99,46,83];

// ok: carries-encoded-text
const short = "X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+lrhrJz/zT84Z1rgE7/Wj9XR62k6qIvHUnAHlLd";
// ok: carries-encoded-text
const rule = "------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------";
// ok: carries-encoded-text
const small = [104, 105, 32, 116, 104, 101, 114, 101];
//# sourceMappingURL=data:application/json;base64,X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+lrhrJz/zT84Z1rgE7/Wj9XR62k6qIvHUnAHlLdt4dbS9RzXjomXhbu4D9ZcYubXQMBnAfYtsUfkNo6Zm7sE6s1TgdAhWK+24tgzgXB3s/jrRa3IjCWfeAfZAt+Rym0n85LInd31N0fxhxviE9IZB0CtNEh0/0yjLCLVTH8rNq/iu8tEn3je5QrqtBhReVLDGGaHyIyey67z77Hj1Vkr+Od5/bAEXdujbfNMwtUF0/Xb30CFrYSOHpf/PuB5vCRloN5Ammb5CyKjkb7u0UBcmUX6GsixWoYn3YlptpJCBskUSxiQjLN0iF3EpTfuzEKygAKDfasi2a2ltkO8G/e+2SjGVgeJ9587QD/HOULIEfnpWfHaxy666vl7wP3wwF7tbdKRNwVNkIEqA/o
