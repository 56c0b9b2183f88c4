// The part of an app after the lines that the lab printed: sends one message.
transport
  .sendMail({
    from: "shop@example.com",
    to: "customer@example.net",
    subject: "Your order 4711",
    text: "Grüße, 4711\n",
    html: "<p>Grüße, 4711</p>",
    attachments: [{ filename: "bill.txt", content: "42\n" }],
  })
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
