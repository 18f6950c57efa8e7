package dev.treadle.store.redaction;

import static dev.treadle.store.redaction.Draw.DIGITS;
import static dev.treadle.store.redaction.Draw.LOWER;

import java.util.List;

/**
 * Draws personal data in their published formats; the check digits are computed here by other code
 * than the one tested.
 */
final class ValidPersonal {
  private static final String CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final String PLATE = "ABCDEFGHJKLMNPQRSTUVWXYZ";

  private final Draw draw;

  ValidPersonal(Draw draw) {
    this.draw = draw;
  }

  String value(Family family) {
    return switch (family) {
      case EMAIL ->
          draw.of(LOWER, 1)
              + draw.of(LOWER + DIGITS, draw.between(2, 8))
              + draw.pick("", "." + draw.of(LOWER, 4), "+tag", "_x1")
              + "@"
              + draw.pick(
                  "163.com",
                  "qq.com",
                  draw.of(LOWER, 6) + ".co.uk",
                  "mail-" + draw.of(LOWER, 3) + ".example.org",
                  "x.io");
      case PHONE -> phone();
      case CARD -> card();
      case IP -> ip();
      case CN_ID ->
          identity(
              draw.pick("110101", "440305", "320106", "510107", "810000")
                  + draw.between(1940, 2015)
                  + date()
                  + draw.digits(3));
      case CN_MOBILE -> mobile();
      case CN_CREDIT_CODE ->
          creditCode(
              draw.pick("91", "92", "93", "51", "12", "11", "Y1")
                  + draw.digits(6)
                  + draw.of(CREDIT, 9));
      case CN_PLATE -> plate();
      default -> throw new IllegalArgumentException("No personal data: " + family);
    };
  }

  String date() {
    return String.format("%02d%02d", draw.between(1, 12), draw.between(1, 28));
  }

  static String identity(String first17) {
    // ISO 7064 MOD 11-2: the whole number, with its weights as powers of two, is 1 modulo 11.
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum = (sum + (first17.charAt(i) - '0')) * 2 % 11;
    }
    int check = (12 - sum) % 11;
    return first17 + (check == 10 ? "X" : Integer.toString(check));
  }

  static String creditCode(String first17) {
    int power = 1;
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum += power * CREDIT.indexOf(first17.charAt(i));
      power = power * 3 % 31;
    }
    return first17 + CREDIT.charAt(Math.floorMod(-sum, 31));
  }

  static String luhn(String digits) {
    for (int check = 0; check < 10; check++) {
      int sum = check;
      for (int i = 0; i < digits.length(); i++) {
        int digit = digits.charAt(digits.length() - 1 - i) - '0';
        sum += i % 2 == 0 ? digit * 2 / 10 + digit * 2 % 10 : digit;
      }
      if (sum % 10 == 0) {
        return digits + check;
      }
    }
    throw new IllegalStateException("One of ten digits fits");
  }

  private String phone() {
    String area = draw.between(2, 9) + draw.digits(2);
    String exchange = draw.between(2, 9) + draw.digits(2);
    String line = draw.digits(4);
    return draw.pick(
        area + "-" + exchange + "-" + line,
        "(" + area + ") " + exchange + "-" + line,
        area + "." + exchange + "." + line,
        "+1 " + area + " " + exchange + " " + line,
        "+1" + area + exchange + line,
        "+1-" + area + "-" + exchange + "-" + line,
        "+44 20 79" + draw.digits(2) + " " + draw.digits(4),
        "+49 30 " + draw.between(1, 9) + draw.digits(7),
        "+81-3-" + draw.digits(4) + "-" + draw.digits(4),
        "+33" + draw.between(1, 9) + draw.digits(8),
        "+852 " + draw.between(2, 9) + draw.digits(7));
  }

  private String card() {
    String plain =
        luhn(
            switch (draw.below(6)) {
              case 0 -> "4" + draw.digits(14);
              case 1 -> draw.between(51, 55) + draw.digits(13);
              case 2 -> draw.pick("34", "37") + draw.digits(12);
              case 3 -> "62" + draw.digits(draw.pick(List.of(13, 16)));
              case 4 -> draw.pick("6011", "3530", "2221") + draw.digits(11);
              default -> "36" + draw.digits(11);
            });
    if ((plain.length() != 16 && plain.length() != 19) || draw.below(2) == 0) {
      return plain;
    }
    return plain.replaceAll("(.{4})(?=.)", "$1" + draw.pick(" ", "-"));
  }

  private String ip() {
    if (draw.below(4) == 0) {
      String full = "240e";
      for (int i = 0; i < 7; i++) {
        full += ":" + Integer.toHexString(draw.between(1, 0xffff));
      }
      return draw.pick(
          full,
          "2606:4700:"
              + Integer.toHexString(draw.between(1, 0xffff))
              + "::"
              + draw.between(1, 9999));
    }
    return draw.pick(List.of(8, 47, 101, 123, 185, 203, 220))
        + "."
        + draw.between(1, 99)
        + "."
        + draw.below(256)
        + "."
        + draw.between(1, 254);
  }

  private String mobile() {
    String number = "1" + draw.between(3, 9) + draw.digits(9);
    String spaced =
        number.substring(0, 3) + " " + number.substring(3, 7) + " " + number.substring(7);
    return draw.pick(
        number,
        number,
        number,
        "+86" + number,
        "+86 " + number,
        "86-" + number,
        spaced,
        spaced.replace(' ', '-'));
  }

  private String plate() {
    String start = draw.pick("京", "沪", "粤", "浙", "川", "鄂") + draw.of(PLATE, 1);
    String rest =
        switch (draw.below(5)) {
          case 0 -> draw.digits(5);
          case 1 -> draw.of(PLATE, 1) + draw.digits(4);
          case 2 -> draw.pick("D", "F") + draw.of(PLATE + DIGITS, 1) + draw.digits(4);
          case 3 -> draw.digits(4) + draw.pick("挂", "学", "警", "港", "澳");
          default -> draw.digits(2) + draw.of(PLATE, 2) + draw.digits(1);
        };
    return start + draw.pick("", "", "·") + rest;
  }
}
