// What this processor (and its operating system) can run.
#pragma once

namespace resnet {

bool hasAvx2();
bool hasAvx512();

}  // namespace resnet
