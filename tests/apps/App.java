import jakarta.mail.*;
import jakarta.mail.internet.*;
import java.io.FileInputStream;
import java.io.FileReader;
import java.util.Properties;

/** Sends one message with the properties of a file, as a program with Jakarta Mail does; or one that was made elsewhere (a file). */
public class App {
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("mail.smtp.timeout", "10000");
        settings.load(new FileReader(arguments[0]));
        String user = settings.getProperty("mail.smtp.user");
        Authenticator login = user == null ? null : new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, settings.getProperty("mail.smtp.password"));
            }
        };
        Session session = Session.getInstance(settings, login);
        if (arguments.length > 1) {
            Transport transport = session.getTransport("smtp");
            transport.connect();
            Address[] recipients = {new InternetAddress("customer@example.net")};
            transport.sendMessage(new MimeMessage(session, new FileInputStream(arguments[1])), recipients);
            if (arguments.length > 2) {
                Runtime.getRuntime().halt(0);
            }
            transport.close();
            return;
        }
        MimeMessage message = new MimeMessage(session);
        message.setFrom("shop@example.com");
        message.setRecipients(Message.RecipientType.TO, "customer@example.net");
        message.setSubject("Your order 4711", "UTF-8");
        MimeMultipart parts = new MimeMultipart();
        MimeBodyPart text = new MimeBodyPart();
        text.setText("Grüße, 4711\n", "UTF-8");
        parts.addBodyPart(text);
        MimeBodyPart bill = new MimeBodyPart();
        bill.setFileName("bill.txt");
        bill.setText("42\n", "UTF-8");
        bill.setDisposition(Part.ATTACHMENT);
        parts.addBodyPart(bill);
        message.setContent(parts);
        Transport.send(message);
    }
}
