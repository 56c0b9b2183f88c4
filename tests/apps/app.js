// The part of an app after the lines that the lab printed: sends one message, or one that was made elsewhere (a file).
const [file, leave] = process.argv.slice(2);
const message = file
  ? { envelope: { from: "shop@example.com", to: "customer@example.net" }, raw: require("fs").readFileSync(file) }
  : {
      from: "shop@example.com",
      to: "customer@example.net",
      subject: "Your order 4711",
      text: "Grüße, 4711\n",
      html: "<p>Grüße, 4711</p>",
      attachments: [{ filename: "bill.txt", content: "42\n" }],
    };
transport
  .sendMail(message)
  .then(() => leave && process.exit(0))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
