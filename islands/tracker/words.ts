/** What the banner says. Change TEXT_VERSION with every change of `ask`: the answer is recorded with it. */

export const TEXT_VERSION = "2026-11";

export interface Words {
  title: string;
  ask: string;
  signal: string;
  yes: string;
  no: string;
  close: string;
  privacy: string;
}

const en: Words = {
  title: "Your privacy",
  ask: "We would like to remember which pages and products you view, to improve this site and show you what fits your interests. Without your consent we store nothing about you. You can change your mind at any time.",
  signal: "Your browser asks sites not to track you (Global Privacy Control). We respect that and store nothing.",
  yes: "Accept",
  no: "Refuse",
  close: "Close",
  privacy: "Privacy policy",
};

const pl: Words = {
  title: "Twoja prywatność",
  ask: "Chcemy pamiętać, jakie strony i produkty oglądasz, aby ulepszać tę witrynę i pokazywać to, co Cię interesuje. Bez Twojej zgody niczego o Tobie nie zapisujemy. Zgodę można wycofać w każdej chwili.",
  signal: "Twoja przeglądarka prosi witryny, by Cię nie śledziły (Global Privacy Control). Szanujemy to i niczego nie zapisujemy.",
  yes: "Zgadzam się",
  no: "Nie zgadzam się",
  close: "Zamknij",
  privacy: "Polityka prywatności",
};

export const WORDS = { pl, en };
