/* Searches FILE in blocks of 256 KiB for the texts of LITERALS (one a line, in hexadecimal), whatever their case, with Hyperscan (https://intel.github.io/hyperscan/dev-reference/).
   Prints the least processor time of five passes in seconds, and how many of the texts were found. The database is made for AVX2.
   gcc -O2 -I/usr/include/hs hyperscan.c -lhs -o hyperscan && ./hyperscan LITERALS FILE */
#include <fcntl.h>
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024, BLOCK = 256 << 10, PASSES = 5 };

static char found[MOST];

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  (void)from, (void)to, (void)flags, (void)context;
  found[id] = 1;
  return 0;
}

static double processor_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  static char line[4096], *texts[MOST], buffer[BLOCK];
  static size_t lengths[MOST];
  static unsigned flags[MOST], ids[MOST];
  unsigned count = 0;
  FILE *list = argc == 3 ? fopen(argv[1], "r") : NULL;
  if (!list) return fprintf(stderr, "usage: hyperscan LITERALS FILE\n"), 2;
  while (count < MOST && fgets(line, sizeof line, list)) {
    size_t length = strcspn(line, "\r\n") / 2;
    texts[count] = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
      unsigned value;
      if (sscanf(line + 2 * i, "%2x", &value) != 1) return fprintf(stderr, "line %u is not hexadecimal\n", count + 1), 2;
      texts[count][i] = (char)value;
    }
    lengths[count] = length, flags[count] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH, ids[count] = count;
    count++;
  }

  hs_platform_info_t platform = {.tune = HS_TUNE_FAMILY_GENERIC, .cpu_features = HS_CPU_FEATURES_AVX2};
  hs_database_t *database;
  hs_compile_error_t *error;
  if (hs_compile_lit_multi((const char *const *)texts, flags, ids, lengths, count, HS_MODE_BLOCK, &platform, &database, &error) != HS_SUCCESS) {
    return fprintf(stderr, "%s\n", error->message), 1;
  }
  hs_scratch_t *scratch = NULL;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;

  double least = 1e9;
  for (int pass = 0; pass < PASSES; pass++) {
    double start = processor_time();
    int file = open(argv[2], O_RDONLY);
    if (file < 0) return perror(argv[2]), 2;
    for (ssize_t got; (got = read(file, buffer, BLOCK)) > 0;) {
      if (hs_scan(database, buffer, (unsigned)got, 0, scratch, on_match, NULL) != HS_SUCCESS) return 1;
    }
    close(file);
    double taken = processor_time() - start;
    if (taken < least) least = taken;
  }

  unsigned hits = 0;
  for (unsigned i = 0; i < count; i++) hits += found[i];
  printf("%.3f %u\n", least, hits);
  return 0;
}
