<?php
// Sends one message by PHPMailer with the lines that the lab printed, or one that was made elsewhere (a file).
require 'libphp-phpmailer/autoload.php';
$mail = new PHPMailer\PHPMailer\PHPMailer(true);
$mail->Timeout = 10;
require $argv[1];
$mail->CharSet = 'UTF-8';
$mail->setFrom('shop@example.com');
$mail->addAddress('customer@example.net');
$mail->Subject = 'Your order 4711';
$mail->isHTML();
$mail->Body = '<p>Grüße, 4711</p>';
$mail->AltBody = "Grüße, 4711\n";
$mail->addStringAttachment("42\n", 'bill.txt');
if (isset($argv[2])) {
    $mail->smtpConnect($mail->SMTPOptions);
    $smtp = $mail->getSMTPInstance();
    $smtp->mail('shop@example.com');
    $smtp->recipient('customer@example.net');
    $smtp->data(file_get_contents($argv[2]));
    if (isset($argv[3])) {
        posix_kill(getmypid(), SIGKILL);
    }
    $mail->smtpClose();
} else {
    $mail->send();
}
