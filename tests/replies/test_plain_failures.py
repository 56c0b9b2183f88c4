"""Texts that say only that something failed, in any language, beside texts that name another thing."""

import pytest

from mailkit import explain

NOT_CONNECTED = {
    "ar": "تعذر الاتصال بالخادم",
    "bg": "Неуспешна връзка със сървъра",
    "ca": "No s'ha pogut connectar amb el servidor",
    "cs": "Nelze se připojit k serveru.",
    "da": "Kunne ikke oprette forbindelse til serveren",
    "de": "Es konnte keine Verbindung zum Server hergestellt werden. Bitte später erneut versuchen.",
    "el": "Δεν ήταν δυνατή η σύνδεση με τον διακομιστή",
    "en": "Could not connect to the server.",
    "es": "No se pudo establecer la conexión con el servidor",
    "et": "Serveriga ühendamine ebaõnnestus",
    "fa": "اتصال به سرور ناموفق بود",
    "fi": "Yhteyden muodostaminen palvelimeen epäonnistui",
    "fr": "Impossible d'établir une connexion avec le serveur",
    "he": "לא ניתן להתחבר לשרת",
    "hr": "Povezivanje s poslužiteljem nije uspjelo",
    "hu": "Nem sikerült kapcsolódni a kiszolgálóhoz",
    "id": "Tidak dapat terhubung ke server",
    "it": "Impossibile stabilire una connessione con il server",
    "ja": "サーバーに接続できませんでした。",
    "ko": "서버에 연결할 수 없습니다.",
    "lt": "Nepavyko prisijungti prie serverio",
    "lv": "Neizdevās izveidot savienojumu ar serveri",
    "nb": "Kunne ikke koble til serveren",
    "nl": "Er kan geen verbinding worden gemaakt met de server",
    "pl": "Nie udało się nawiązać połączenia z serwerem",
    "pt": "Falha ao conectar-se ao servidor",
    "ro": "Nu s-a putut realiza conexiunea la server",
    "ru": "Не удалось установить соединение с сервером",
    "sk": "Nepodarilo sa pripojiť k serveru",
    "sl": "Povezava s strežnikom ni uspela",
    "sr": "Повезивање са сервером није успело",
    "sv": "Det gick inte att ansluta till servern",
    "th": "ไม่สามารถเชื่อมต่อกับเซิร์ฟเวอร์ได้",
    "tr": "Sunucuyla bağlantı kurulamadı",
    "uk": "Не вдалося підключитися до сервера",
    "vi": "Không thể kết nối đến máy chủ",
    "zh": "无法连接到服务器,请稍后重试",
}


@pytest.mark.parametrize("language", NOT_CONNECTED)
def test_could_not_connect_lists_causes_in_every_language(language: str) -> None:
    found = explain(NOT_CONNECTED[language])

    assert {"tcp-refused", "tcp-timeout"} <= {cause.id for cause in found}
    assert {str(cause.certainty) for cause in found} == {"possible"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Anmeldung fehlgeschlagen: Benutzername oder Passwort falsch", "aut-bad"),
        ("Nom d'utilisateur ou mot de passe incorrect.", "aut-bad"),
        ("Usuario o contraseña incorrectos", "aut-bad"),
        ("Неверный логин или пароль", "aut-bad"),
        ("用户名或密码错误", "aut-bad"),
        ("La connexion au serveur a expiré", "tcp-timeout"),
        ("Zeitüberschreitung der Verbindung", "tcp-timeout"),
        ("连接超时", "tcp-timeout"),
        ("Il certificato del server è scaduto", "crt-expired"),
    ],
)
def test_other_failures_too(text: str, finding: str) -> None:
    found = explain(text)

    assert found[0].id == finding
    assert str(found[0].certainty) != "sure"


@pytest.mark.parametrize(
    "text",
    [
        "Could not connect to the database.",
        "Verbindung zur Datenbank fehlgeschlagen.",
        "Datenbankverbindung fehlgeschlagen",
        "Der Drucker ist offline. Verbindung zum Drucker verloren.",
        "Die Anmeldung zum Kurs ist fehlgeschlagen",
        "Impossible de se connecter à la base de données",
        "Impossible de se connecter au site web, vérifiez votre abonnement.",
        "No se pudo conectar a la red wifi de la oficina",
        "Error al conectar con la base de datos",
        "Não foi possível conectar ao banco de dados",
        "Impossibile connettersi al database",
        "Kan geen verbinding maken met de printer",
        "Nie można połączyć się z bazą danych",
        "Не удалось подключиться к базе данных",
        "Не удалось подключиться к принтеру",
        "Не вдалося підключитися до бази даних",
        "Veritabanına bağlanılamadı",
        "Kunde inte ansluta till databasen",
        "Nelze se připojit k databázi",
        "Nem sikerült kapcsolódni az adatbázishoz",
        "Nu s-a putut realiza conexiunea la baza de date",
        "数据库连接失败",
        "无法连接打印机",
        "データベースに接続できません。",
        "プリンターに接続できません",
        "데이터베이스에 연결할 수 없습니다",
        "Không thể kết nối cơ sở dữ liệu",
        "تعذر الاتصال بقاعدة البيانات",
    ],
)
def test_a_text_that_names_another_thing_is_not_explained(text: str) -> None:
    assert explain(text) == []
