package dev.treadle.routing.learning;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Groups of texts about the same: spherical k-means among their topics, begun as k-means++ does.
 */
public final class TopicGroups {
  private static final int ROUNDS = 30;

  private final float[] centres;
  private final int groups;

  private TopicGroups(float[] centres) {
    this.centres = centres;
    this.groups = centres.length / Topics.DIMENSIONS;
  }

  /** So many groups, or fewer where there are fewer texts. */
  public static TopicGroups of(List<TextFeatures.Row> texts, int groups, long seed) {
    return ofPlaces(texts.stream().map(TextFeatures.Row::place).toList(), groups, seed);
  }

  static TopicGroups ofPlaces(List<float[]> places, int groups, long seed) {
    int many = Math.max(1, Math.min(groups, places.size()));
    TopicGroups current = begun(places, many, new SplittableRandom(seed));
    for (int round = 0; round < ROUNDS; round++) {
      TopicGroups moved = current.moved(places);
      if (Arrays.equals(moved.centres, current.centres)) {
        break;
      }
      current = moved;
    }
    return current;
  }

  /** Centres far from each other: each drawn by how unlike it is to those before it. */
  private static TopicGroups begun(List<float[]> places, int groups, SplittableRandom random) {
    float[] centres = new float[groups * Topics.DIMENSIONS];
    double[] farness = new double[places.size()];
    Arrays.fill(farness, 1);
    for (int group = 0; group < groups; group++) {
      double left = random.nextDouble() * Arrays.stream(farness).sum();
      int chosen = 0;
      while (chosen < farness.length - 1 && left >= farness[chosen]) {
        left -= farness[chosen++];
      }
      float[] place = places.get(chosen);
      System.arraycopy(place, 0, centres, group * Topics.DIMENSIONS, place.length);
      for (int i = 0; i < farness.length; i++) {
        farness[i] = Math.min(farness[i], Math.max(0, 1 - dot(place, 0, places.get(i))));
      }
    }
    return new TopicGroups(centres);
  }

  private static double dot(float[] centres, int from, float[] place) {
    double sum = 0;
    for (int d = 0; d < Topics.DIMENSIONS; d++) {
      sum += centres[from + d] * place[d];
    }
    return sum;
  }

  private TopicGroups moved(List<float[]> places) {
    float[] sums = new float[centres.length];
    for (float[] place : places) {
      int from = group(place) * Topics.DIMENSIONS;
      for (int d = 0; d < Topics.DIMENSIONS; d++) {
        sums[from + d] += place[d];
      }
    }
    for (int from = 0; from < sums.length; from += Topics.DIMENSIONS) {
      double square = 0;
      for (int d = 0; d < Topics.DIMENSIONS; d++) {
        square += (double) sums[from + d] * sums[from + d];
      }
      for (int d = 0; d < Topics.DIMENSIONS; d++) {
        sums[from + d] =
            square > 0 ? (float) (sums[from + d] / Math.sqrt(square)) : centres[from + d];
      }
    }
    return new TopicGroups(sums);
  }

  /** The number of a text's group, from 0. */
  public int group(TextFeatures.Row text) {
    return group(text.place());
  }

  private int group(float[] place) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int group = 0; group < groups; group++) {
      double similarity = dot(centres, group * Topics.DIMENSIONS, place);
      if (similarity > most) {
        most = similarity;
        best = group;
      }
    }
    return best;
  }

  public int groups() {
    return groups;
  }

  /** Writes how near a place is to each centre: exp(-sharpness · distance²), scaled. */
  void put(float[] place, double sharpness, double scale, float[] into, int from) {
    for (int group = 0; group < groups; group++) {
      double distance = 2 * (1 - dot(centres, group * Topics.DIMENSIONS, place));
      into[from + group] = (float) (scale * Math.exp(-sharpness * distance));
    }
  }

  /** Of the vectors of nearness: their mean squared length. */
  double meanSquare(List<float[]> places, double sharpness) {
    float[] near = new float[groups];
    double sum = 0;
    for (float[] place : places) {
      put(place, sharpness, 1, near, 0);
      for (float it : near) {
        sum += it * it;
      }
    }
    return Math.max(1e-9, sum / places.size());
  }

  /** Writes all that {@link #read} needs. */
  public void write(LearningFile.Writer out) {
    out.floats(centres);
  }

  /** Reads what {@link #write} wrote. */
  public static TopicGroups read(LearningFile.Reader in) {
    float[] centres = in.floats();
    in.check(
        centres.length > 0 && centres.length % Topics.DIMENSIONS == 0, "its groups do not fit");
    return new TopicGroups(centres);
  }
}
