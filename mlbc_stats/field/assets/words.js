// Words of the page beside those of the questionnaire and of the form library.
"use strict";

const WORDS = {
  en: {
    language: "Language",
    loading: "The questionnaire is being loaded …",
    saved: "Your answers are saved.",
    saving: "Saving …",
    lost: "No connection. Your answers are kept on this device and sent as soon as it is back. Please go on.",
    unsent: "Your last answers are not sent yet. Please leave this page open until there is a connection again.",
    unknown: "This link is not valid. Please open the whole link of your invitation.",
    used: "This questionnaire has been completed with this link already. Thank you.",
    requests: "Too many requests. Please wait a minute and open the link again.",
    refused: "The server did not accept this page. Your answers are kept on this device; please write to the research team.",
    thanks: "Thank you. Your answers have arrived. You can close this page.",
    declined: "You do not take part. No answers were recorded. You can close this page.",
    resumed: "Welcome back. You go on where you stopped.",
  },
  de: {
    language: "Sprache",
    loading: "Der Fragebogen wird geladen …",
    saved: "Ihre Antworten sind gespeichert.",
    saving: "Wird gespeichert …",
    lost: "Keine Verbindung. Ihre Antworten bleiben auf diesem Gerät und werden gesendet, sobald sie wieder da ist. Bitte fahren Sie fort.",
    unsent: "Ihre letzten Antworten sind noch nicht gesendet. Bitte lassen Sie diese Seite offen, bis wieder eine Verbindung besteht.",
    unknown: "Dieser Link ist nicht gültig. Bitte öffnen Sie den ganzen Link aus Ihrer Einladung.",
    used: "Mit diesem Link wurde der Fragebogen schon abgeschlossen. Vielen Dank.",
    requests: "Zu viele Anfragen. Bitte warten Sie eine Minute und öffnen Sie den Link noch einmal.",
    refused: "Der Server hat diese Seite nicht angenommen. Ihre Antworten bleiben auf diesem Gerät; bitte schreiben Sie dem Forschungsteam.",
    thanks: "Vielen Dank. Ihre Antworten sind angekommen. Sie können diese Seite schließen.",
    declined: "Sie nehmen nicht teil. Es wurden keine Antworten gespeichert. Sie können diese Seite schließen.",
    resumed: "Willkommen zurück. Sie machen dort weiter, wo Sie aufgehört haben.",
  },
  fi: {
    language: "Kieli",
    loading: "Kyselyä ladataan …",
    saved: "Vastauksesi on tallennettu.",
    saving: "Tallennetaan …",
    lost: "Ei yhteyttä. Vastauksesi säilyvät tällä laitteella ja lähetetään, kun yhteys palaa. Voit jatkaa.",
    unsent: "Viimeisiä vastauksiasi ei ole vielä lähetetty. Jätä tämä sivu auki, kunnes yhteys palaa.",
    unknown: "Tämä linkki ei ole voimassa. Avaa kutsusi linkki kokonaisena.",
    used: "Tällä linkillä on jo vastattu kyselyyn. Kiitos.",
    requests: "Liian monta pyyntöä. Odota hetki ja avaa linkki uudelleen.",
    refused: "Palvelin ei hyväksynyt tätä sivua. Vastauksesi säilyvät tällä laitteella; ota yhteyttä tutkimusryhmään.",
    thanks: "Kiitos. Vastauksesi ovat perillä. Voit sulkea tämän sivun.",
    declined: "Et osallistu. Vastauksia ei tallennettu. Voit sulkea tämän sivun.",
    resumed: "Tervetuloa takaisin. Jatkat siitä, mihin jäit.",
  },
};

// The words in a language, English where there are none.
const words = (language) => WORDS[language] || WORDS[(language || "").split("-")[0]] || WORDS.en;
