import jakarta.mail.*;
import jakarta.mail.internet.*;
import java.io.FileReader;
import java.util.Properties;

/** Sends one message with the properties of a file, as a program with Jakarta Mail does. */
public class App {
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.load(new FileReader(arguments[0]));
        settings.setProperty("mail.smtp.timeout", "10000");
        String user = settings.getProperty("mail.smtp.user");
        Authenticator login = user == null ? null : new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, settings.getProperty("mail.smtp.password"));
            }
        };
        MimeMessage message = new MimeMessage(Session.getInstance(settings, login));
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
