/** What people choose most, and what of it survives the rule of ten characters: whole passwords and stems before digits. */
const words = `
  password passw0rd p@ssword p@ssw0rd pa55word password1 passwords mypassword
  qwerty qwertyuiop qwertyuiop[] qwerty123456 qwertyasdf qwertyasdfgh asdfghjkl asdfghjkl; asdfasdf zxcvbnm zxcvbnm,./ zxcvbnmasdf
  1qaz2wsx 1qaz2wsx3edc 1qaz@wsx !qaz2wsx 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 zaq12wsx qazwsx qazwsxedc qazwsxedcrfv
  1234567890 0123456789 12345678910 1234512345 1231231231 123123123123 0987654321 1111111111 1122334455 9876543210 147258369 1472583690 789456123 7894561230
  123456789a 123456789q 123456789z a123456789 q123456789 aa123456789 abc123456789 abc1234567 abcd123456 abcd1234 abc123 abcdefg abcdefgh qwe123456 asd123456 zxc123456 qweasdzxc qwe123qwe qweqweqwe asdasdasd
  iloveyou iloveyou1 iloveyou2 ilovegod ilovechina loveyouforever woaini woaini520 woaini1314 woaini5201314 5201314520 1314520520 5201314 woaiwojia woshishui nihao nihaoma wangyut2 caonima taobao alibaba zhongguo china beijing shanghai shenzhen
  letmein letmeinnow welcome welcome1 welcome123 welcometo admin administrator admin123 admin888 root rootroot superuser sysadmin operator candor candorcloud changeme changeit changemenow default defaultpassword secret topsecret guest guestguest test testtest testing user username newuser temp temppass
  monkey dragon master shadow sunshine princess football baseball basketball superman batman spiderman pokemon starwars michael jennifer jessica charlie jordan harley hunter ranger trustno1 whatever computer internet samsung google facebook microsoft windows linux ubuntu oracle cisco huawei xiaomi
  summer winter spring autumn january february september october november december monday friday sunday
  correcthorsebatterystaple`;

export const commonPasswords: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ''));
