package dev.treadle.measure.score;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The units that answers are given in, by their names in English and Chinese, and how to read them.
 */
final class Units {
  private static final int LONGEST_CHINESE = 4;
  private static final Map<String, Unit> BY_NAME = new HashMap<>();
  private static final Map<String, Unit> BY_LOWER_CASE = new HashMap<>();

  static final Unit METRE = new Unit(dimension("L1"), 1, 0);
  static final Unit MINUTE = new Unit(dimension("T1"), 60, 0);

  private Units() {}

  /** A unit and where its name ends. */
  record Found(Unit unit, int end) {}

  static {
    names("m meter meters metre metres 米", "L1", 1);
    names("km kilometer kilometers kilometre kilometres kms 公里 千米", "L1", 1000);
    names("cm centimeter centimeters centimetre centimetres 厘米 公分", "L1", 0.01);
    names("mm millimeter millimeters millimetre millimetres 毫米", "L1", 0.001);
    names("dm decimeter decimeters 分米", "L1", 0.1);
    names("μm um micrometer micrometers micron microns 微米", "L1", 1e-6);
    names("nm nanometer nanometers 纳米", "L1", 1e-9);
    names("mi mile miles 英里", "L1", 1609.344);
    names("ft foot feet 英尺", "L1", 0.3048);
    names("in inch inches 英寸", "L1", 0.0254);
    names("yd yard yards 码", "L1", 0.9144);
    names("里", "L1", 500);
    names("kg kilogram kilograms kgs 公斤 千克", "M1", 1);
    names("g gram grams 克", "M1", 0.001);
    names("mg milligram milligrams 毫克", "M1", 1e-6);
    names("t ton tons tonne tonnes 吨", "M1", 1000);
    names("lb lbs pound pounds 磅", "M1", 0.45359237);
    names("oz ounce ounces 盎司", "M1", 0.028349523125);
    names("斤", "M1", 0.5);
    names("s sec secs second seconds 秒 秒钟", "T1", 1);
    names("min mins minute minutes 分钟 分", "T1", 60);
    names("h hr hrs hour hours 小时 个小时 时", "T1", 3600);
    names("d day days 天 日", "T1", 86400);
    names("week weeks 周 星期 个星期", "T1", 604800);
    names("ms millisecond milliseconds 毫秒", "T1", 0.001);
    names("μs us microsecond microseconds 微秒", "T1", 1e-6);
    names("ns nanosecond nanoseconds 纳秒", "T1", 1e-9);
    names("month months 个月 月", "month1", 1);
    names("year years yr yrs 年", "month1", 12);
    names("L l liter liters litre litres 升", "L3", 0.001);
    names("mL ml milliliter milliliters millilitre millilitres 毫升", "L3", 1e-6);
    names("gal gallon gallons 加仑", "L3", 0.003785411784);
    names("ha hectare hectares 公顷", "L2", 10_000);
    names("acre acres 英亩", "L2", 4046.8564224);
    names("平方米", "L2", 1);
    names("平方厘米", "L2", 1e-4);
    names("平方公里 平方千米", "L2", 1e6);
    names("立方米", "L3", 1);
    names("立方厘米", "L3", 1e-6);
    names("K kelvin kelvins", "K1", 1);
    names("°C celsius centigrade 摄氏度", new Unit(dimension("K1"), 1, 273.15));
    names("°F fahrenheit 华氏度", new Unit(dimension("K1"), 5 / 9.0, 273.15 - 32 * 5 / 9.0));
    names("° deg degree degrees 度", "A1", Math.PI / 180);
    names("rad rads radian radians 弧度", "A1", 1);
    names("N newton newtons 牛 牛顿", "M1 L1 T-2", 1);
    names("kN", "M1 L1 T-2", 1000);
    names("J joule joules 焦 焦耳", "M1 L2 T-2", 1);
    names("kJ kilojoule kilojoules 千焦", "M1 L2 T-2", 1000);
    names("MJ", "M1 L2 T-2", 1e6);
    names("cal calorie calories 卡", "M1 L2 T-2", 4.184);
    names("kcal kilocalories 千卡 大卡", "M1 L2 T-2", 4184);
    names("Wh", "M1 L2 T-2", 3600);
    names("kWh", "M1 L2 T-2", 3.6e6);
    names("W watt watts 瓦 瓦特", "M1 L2 T-3", 1);
    names("kW kilowatt kilowatts 千瓦", "M1 L2 T-3", 1000);
    names("MW megawatt megawatts", "M1 L2 T-3", 1e6);
    names("hp horsepower", "M1 L2 T-3", 745.6998715822702);
    names("Pa pascal pascals 帕", "M1 L-1 T-2", 1);
    names("kPa 千帕", "M1 L-1 T-2", 1000);
    names("bar", "M1 L-1 T-2", 1e5);
    names("atm 大气压", "M1 L-1 T-2", 101_325);
    names("Hz hertz 赫兹", "T-1", 1);
    names("kHz", "T-1", 1000);
    names("MHz", "T-1", 1e6);
    names("GHz", "T-1", 1e9);
    names("A ampere amperes amp amps 安 安培", "I1", 1);
    names("mA", "I1", 0.001);
    names("V volt volts 伏 伏特", "V1", 1);
    names("mV", "V1", 0.001);
    names("Ω ohm ohms 欧 欧姆", "R1", 1);
    names("kΩ", "R1", 1000);
    names("mol mole moles 摩尔", "n1", 1);
    names("bit bits 比特", "B1", 0.125);
    names("B byte bytes 字节", "B1", 1);
    names("KB kB kilobyte kilobytes", "B1", 1e3);
    names("MB megabyte megabytes", "B1", 1e6);
    names("GB gigabyte gigabytes", "B1", 1e9);
    names("TB terabyte terabytes", "B1", 1e12);
    names("KiB", "B1", 1024);
    names("MiB", "B1", 1 << 20);
    names("GiB", "B1", 1 << 30);
    names("mph", "L1 T-1", 0.44704);
    names("kph kmh", "L1 T-1", 1 / 3.6);
    names("knot knots kn", "L1 T-1", 1852 / 3600.0);
    names("$ usd dollar dollars 美元 us$", "USD1", 1);
    names("cent cents ¢ 美分", "USD1", 0.01);
    names("€ eur euro euros 欧元", "EUR1", 1);
    names("£ gbp 英镑", "GBP1", 1);
    names("¥ cny rmb yuan 元 块 块钱 人民币", "CNY1", 1);
    names("角", "CNY1", 0.1);
    names("jpy yen 日元", "JPY1", 1);
    names("rs inr ₹ rupee rupees 卢比", "INR1", 1);
  }

  private static void names(String names, String dimension, double factor) {
    names(names, new Unit(dimension(dimension), factor, 0));
  }

  private static void names(String names, Unit unit) {
    for (String name : names.split(" ", -1)) {
      BY_NAME.put(name, unit);
      BY_LOWER_CASE.putIfAbsent(name.toLowerCase(Locale.ROOT), unit);
    }
  }

  /** Reads {@code M1 L2 T-2}. */
  private static SortedMap<String, Integer> dimension(String written) {
    TreeMap<String, Integer> dimension = new TreeMap<>();
    for (String part : written.split(" ", -1)) {
      int i = 0;
      while (Character.isLetter(part.charAt(i))) {
        i++;
      }
      dimension.put(part.substring(0, i), Integer.parseInt(part.substring(i)));
    }
    return dimension;
  }

  /** A currency's sign or code that stands in front of an amount. */
  static Optional<Found> currencyAt(String text, int from) {
    for (String sign :
        new String[] {"US$", "$", "€", "£", "¥", "₹", "USD ", "EUR ", "GBP ", "RMB "}) {
      if (text.startsWith(sign, from)) {
        Unit unit = BY_LOWER_CASE.get(sign.strip().toLowerCase(Locale.ROOT));
        return Optional.ofNullable(unit).map(it -> new Found(it, from + sign.length()));
      }
    }
    return Optional.empty();
  }

  /** The unit, of several factors perhaps, that begins at {@code from} after blanks. */
  static Optional<Found> at(String text, int from) {
    Found found = factor(text, Digits.skip(text, from, ' '));
    if (found == null) {
      return Optional.empty();
    }
    for (int factors = 0; factors < 4; factors++) {
      int i = Digits.skip(text, found.end(), ' ');
      int sign = 0;
      int next = i;
      if (i < text.length() && text.charAt(i) == '/') {
        sign = -1;
        next = i + 1;
      } else if (text.startsWith("per ", i)) {
        sign = -1;
        next = i + 4;
      } else if (i < text.length() && text.charAt(i) == '每') {
        sign = -1;
        next = i + 1;
      } else if (i < text.length() && text.charAt(i) == '*') {
        sign = 1;
        next = i + 1;
      }
      Found more = sign == 0 ? null : factor(text, Digits.skip(text, next, ' '));
      if (more == null) {
        break;
      }
      found = new Found(found.unit().times(more.unit(), sign), more.end());
    }
    return Optional.of(found);
  }

  private static @Nullable Found factor(String text, int from) {
    for (String power : new String[] {"square ", "sq. ", "sq ", "cubic "}) {
      if (text.regionMatches(true, from, power, 0, power.length())) {
        Found found = factor(text, from + power.length());
        return found == null
            ? null
            : new Found(found.unit().power(power.startsWith("c") ? 3 : 2), found.end());
      }
    }
    for (String country : new String[] {"US ", "U.S. ", "American "}) {
      Found money = text.startsWith(country, from) ? name(text, from + country.length()) : null;
      if (money != null && money.unit().dimension().containsKey("USD")) {
        return money;
      }
    }
    if (text.regionMatches(true, from, "degrees ", 0, 8)
        || text.regionMatches(true, from, "degree ", 0, 7)) {
      int next = text.indexOf(' ', from) + 1;
      Found scale = name(text, next);
      if (scale != null && scale.unit().dimension().containsKey("K")) {
        return scale;
      }
    }
    Found found = name(text, from);
    return found == null ? null : raised(text, found);
  }

  private static Found raised(String text, Found found) {
    int blanks = Digits.skip(text, found.end(), ' ');
    int i = blanks < text.length() && text.charAt(blanks) == '^' ? blanks : found.end();
    int exponent = 0;
    int end = i;
    if (i < text.length() && text.charAt(i) == '^') {
      boolean isInside = i + 1 < text.length() && text.charAt(i + 1) == '(';
      int from = isInside ? i + 2 : i + 1;
      boolean isNegative = from < text.length() && text.charAt(from) == '-';
      from += isNegative ? 1 : 0;
      if (from < text.length() && Digits.isDigit(text.charAt(from))) {
        exponent = (text.charAt(from) - '0') * (isNegative ? -1 : 1);
        end = from + 1 + (isInside ? 1 : 0);
      }
    } else if (i < text.length()
        && (text.charAt(i) == '2' || text.charAt(i) == '3')
        && found.unit().dimension().containsKey("L")) {
      exponent = text.charAt(i) - '0';
      end = i + 1;
    }
    return exponent == 0 ? found : new Found(found.unit().power(exponent), end);
  }

  private static @Nullable Found name(String text, int from) {
    if (from >= text.length()) {
      return null;
    }
    char first = text.charAt(from);
    if (isChinese(first)) {
      for (int length = Math.min(LONGEST_CHINESE, text.length() - from); length > 0; length--) {
        Unit unit = BY_NAME.get(text.substring(from, from + length));
        if (unit != null) {
          return new Found(unit, from + length);
        }
      }
      return null;
    }
    int end = from;
    while (end < text.length() && end - from < 20 && isOfName(text.charAt(end))) {
      end++;
    }
    String run = text.substring(from, end);
    Unit unit = BY_NAME.get(run);
    unit =
        unit == null && run.length() > 1 ? BY_LOWER_CASE.get(run.toLowerCase(Locale.ROOT)) : unit;
    if (unit == null && (first == '°' || first == '$' || first == '€')) {
      unit = BY_NAME.get(String.valueOf(first));
      end = from + 1;
    }
    return unit == null ? null : new Found(unit, end);
  }

  private static boolean isOfName(char c) {
    return (c < 0x400 && Character.isLetter(c)) || "°$€£¥¢₹Ω".indexOf(c) >= 0;
  }

  static boolean isChinese(char c) {
    return c >= 0x4e00 && c <= 0x9fff;
  }
}
