#include "server/service/array_lists.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/field_path.h"

namespace formulary::service {
namespace {

static_assert(std::endian::native == std::endian::little, "elements travel little-endian");

using expr::DType;
using Bytes = std::vector<uint8_t>;

constexpr uint32_t kValuesField = 1;  // of Reals, Integers and Booleans

template <typename T>
void AppendValue(T value, Bytes* bytes) {
  const size_t end = bytes->size();
  bytes->resize(end + sizeof value);
  std::memcpy(bytes->data() + end, &value, sizeof value);
}

// One value of a list as T: double is fixed64, int64_t and bool are varints.
template <typename T>
bool ReadValue(WireReader* reader, T* value) {
  uint64_t bits = 0;
  if constexpr (std::is_same_v<T, double>) {
    if (!reader->ReadFixed64(&bits)) return false;
    *value = std::bit_cast<double>(bits);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!reader->ReadVarint(&bits)) return false;
    *value = bits != 0;
  } else {
    if (!reader->ReadVarint(&bits)) return false;
    *value = static_cast<T>(bits);
  }
  return true;
}

// A list message, packed or not, to values of T.
template <typename T>
absl::Status ReadValues(WireReader list, Bytes* values) {
  constexpr WireType kSingle = std::is_same_v<T, double> ? WireType::kFixed64 : WireType::kVarint;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  T value{};
  while (list.remaining() > 0) {
    if (!list.ReadTag(&field, &type)) return MalformedMessage(list, "values");
    if (field == kValuesField && type == WireType::kLength) {
      WireReader packed = list;
      if (!list.ReadPart(&packed)) return MalformedMessage(list, "values");
      values->reserve(values->size() + packed.remaining());
      while (packed.remaining() > 0) {
        if (!ReadValue(&packed, &value)) return MalformedMessage(packed, "values");
        AppendValue(value, values);
      }
    } else if (field == kValuesField && type == kSingle) {
      if (!ReadValue(&list, &value)) return MalformedMessage(list, "values");
      AppendValue(value, values);
    } else if (!list.Skip(field, type)) {
      return MalformedMessage(list, "values");
    }
  }
  return absl::OkStatus();
}

// Values of From as elements of To; NumPy's safe casts, and the roundings a readable list invites.
template <typename From, typename To>
absl::StatusOr<Bytes> ConvertValues(Bytes values) {
  if constexpr (std::is_same_v<From, To>) {
    return values;
  } else {
    Bytes elements(values.size() / sizeof(From) * sizeof(To));
    for (size_t i = 0; i < values.size() / sizeof(From); ++i) {
      From from;
      std::memcpy(&from, values.data() + i * sizeof from, sizeof from);
      if constexpr (std::is_same_v<From, int64_t> && std::is_same_v<To, int32_t>) {
        if (from < std::numeric_limits<int32_t>::min() ||
            from > std::numeric_limits<int32_t>::max())
          return base::InvalidArgument(
              "OUT_OF_RANGE", Indexed("values", i),
              base::StrCat(Indexed("values", i), ": ", from, " does not fit int32"));
      }
      const To to = static_cast<To>(from);
      std::memcpy(elements.data() + i * sizeof to, &to, sizeof to);
    }
    return elements;
  }
}

struct ListRow {
  ArrayData data;
  DType dtype;
  absl::Status (*read)(WireReader list, Bytes* values);
  absl::StatusOr<Bytes> (*convert)(Bytes values);
};
// The first row of a kind is its own dtype. A complex element is a pair of reals.
constexpr ListRow kLists[] = {
    {ArrayData::kReals, DType::kFloat64, ReadValues<double>, ConvertValues<double, double>},
    {ArrayData::kReals, DType::kFloat32, ReadValues<double>, ConvertValues<double, float>},
    {ArrayData::kReals, DType::kComplex128, ReadValues<double>, ConvertValues<double, double>},
    {ArrayData::kReals, DType::kComplex64, ReadValues<double>, ConvertValues<double, float>},
    {ArrayData::kIntegers, DType::kInt64, ReadValues<int64_t>, ConvertValues<int64_t, int64_t>},
    {ArrayData::kIntegers, DType::kInt32, ReadValues<int64_t>, ConvertValues<int64_t, int32_t>},
    {ArrayData::kIntegers, DType::kFloat64, ReadValues<int64_t>, ConvertValues<int64_t, double>},
    {ArrayData::kIntegers, DType::kFloat32, ReadValues<int64_t>, ConvertValues<int64_t, float>},
    {ArrayData::kBooleans, DType::kBool, ReadValues<bool>, ConvertValues<bool, bool>},
    {ArrayData::kBooleans, DType::kInt64, ReadValues<bool>, ConvertValues<bool, int64_t>},
    {ArrayData::kBooleans, DType::kInt32, ReadValues<bool>, ConvertValues<bool, int32_t>},
    {ArrayData::kBooleans, DType::kFloat64, ReadValues<bool>, ConvertValues<bool, double>},
    {ArrayData::kBooleans, DType::kFloat32, ReadValues<bool>, ConvertValues<bool, float>},
};

template <typename T>
T ElementAt(const uint8_t* elements, size_t index) {
  T value;
  std::memcpy(&value, elements + index * sizeof value, sizeof value);
  return value;
}

// Appends `count` elements of T as the packed list field of an Array.
template <typename T>
void PutReals(const uint8_t* elements, size_t count, std::string* out) {
  const size_t packed = count * sizeof(double);
  PutLength(static_cast<int>(ArrayData::kReals), count == 0 ? 0 : LengthFieldSize(packed), out);
  if (count == 0) return;
  PutLength(kValuesField, packed, out);
  const size_t start = out->size();
  out->resize(start + packed);
  for (size_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(ElementAt<T>(elements, i));
    std::memcpy(out->data() + start + i * sizeof value, &value, sizeof value);
  }
}

template <typename T>
void PutVarints(ArrayData data, const uint8_t* elements, size_t count, std::string* out) {
  std::string packed;
  packed.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const T value = ElementAt<T>(elements, i);
    if constexpr (std::is_same_v<T, uint8_t>) {
      PutVarint(value != 0 ? 1 : 0, &packed);
    } else {
      PutVarint(static_cast<uint64_t>(int64_t{value}), &packed);
    }
  }
  PutLength(static_cast<int>(data), count == 0 ? 0 : LengthFieldSize(packed.size()), out);
  if (count > 0) PutBytes(kValuesField, packed, out);
}

}  // namespace

DType DefaultDType(ArrayData data) {
  for (const ListRow& row : kLists) {
    if (row.data == data) return row.dtype;
  }
  return DType::kUnspecified;
}

int ValuesPerElement(DType dtype) {
  return dtype == DType::kComplex128 || dtype == DType::kComplex64 ? 2 : 1;
}

std::string_view FieldName(ArrayData data) {
  switch (data) {
    case ArrayData::kNone:
      break;
    case ArrayData::kRaw:
      return "raw";
    case ArrayData::kReals:
      return "reals";
    case ArrayData::kIntegers:
      return "integers";
    case ArrayData::kBooleans:
      return "booleans";
    case ArrayData::kSharedMemory:
      return "shared_memory";
  }
  return "data";
}

absl::StatusOr<Bytes> ListElements(const ArrayField& array, DType dtype) {
  for (const ListRow& row : kLists) {
    if (row.data != array.data || row.dtype != dtype) continue;
    Bytes values;
    for (const WireReader& list : array.parts) {
      RETURN_IF_ERROR(Within(FieldName(array.data), row.read(list, &values)));
    }
    absl::StatusOr<Bytes> elements = row.convert(std::move(values));
    if (!elements.ok()) return Within(FieldName(array.data), elements.status());
    return elements;
  }
  return base::InvalidArgument(
      "DTYPE_MISMATCH", "dtype",
      base::StrCat("dtype: a list of ", FieldName(array.data), " cannot hold ", expr::Name(dtype)));
}

void PutList(const uint8_t* elements, size_t count, DType dtype, std::string* out) {
  const size_t values = count * static_cast<size_t>(ValuesPerElement(dtype));
  switch (dtype) {
    case DType::kFloat64:
    case DType::kComplex128:
      return PutReals<double>(elements, values, out);
    case DType::kFloat32:
    case DType::kComplex64:
      return PutReals<float>(elements, values, out);
    case DType::kInt64:
      return PutVarints<int64_t>(ArrayData::kIntegers, elements, values, out);
    case DType::kInt32:
      return PutVarints<int32_t>(ArrayData::kIntegers, elements, values, out);
    case DType::kBool:
      return PutVarints<uint8_t>(ArrayData::kBooleans, elements, values, out);
    case DType::kUnspecified:
      return;
  }
}

}  // namespace formulary::service
