// What tests in JavaScript do with Mailpit, against the page of the lab; writes what it saw as JSON.
import { createRequire } from "node:module";

const { MailpitClient } = createRequire(process.env.NODE_PATH + "/")("mailpit-api");
const mailpit = new MailpitClient(process.argv[2]);
const seen = {};

await mailpit.deleteMessages();
const waiting = mailpit.waitForMessage({ query: "subject:Welcome" }, { timeout: 10000, interval: 100 });
seen.sent = await mailpit.sendMessage({
  From: { Email: "shop@example.org", Name: "Shop" },
  To: [{ Email: "kim@example.com", Name: "Kim" }],
  Bcc: ["archive@example.net"],
  Subject: "Welcome",
  Text: "The number is 4711.",
  HTML: "<p>4711</p>",
  Attachments: [{ Content: Buffer.from("%PDF").toString("base64"), Filename: "a.pdf", ContentType: "application/pdf" }],
});
const message = await waiting;
seen.message = message;
seen.listed = await mailpit.listMessages(0, 10);
seen.latest = (await mailpit.getMessageSummary()).ID;
seen.headers = await mailpit.getMessageHeaders(message.ID);
seen.source = await mailpit.getMessageSource(message.ID);
seen.attachment = await (await mailpit.getMessageAttachment(message.ID, message.Attachments[0].PartID)).text();
seen.html = await mailpit.renderMessageHTML(message.ID);
seen.text = await mailpit.renderMessageText(message.ID);
seen.found = await mailpit.searchMessages({ query: "to:kim@example.com is:read has:attachment" });
await mailpit.setReadStatus({ IDs: [message.ID], Read: false });
seen.unread = (await mailpit.getInfo()).Unread;
seen.configuration = await mailpit.getConfiguration();
seen.tags = await mailpit.getTags();
seen.chaos = await mailpit.setChaosTriggers({ Recipient: { ErrorCode: 452, Probability: 100 } });
seen.refused = await mailpit.sendMessage({ From: { Email: "a@example.org" }, To: [{ Email: "b@example.org" }] }).catch((error) => error.message);
await mailpit.setChaosTriggers();
await mailpit.deleteMessagesBySearch({ query: "subject:Welcome" });
seen.left = (await mailpit.listMessages()).total;
console.log(JSON.stringify(seen));
